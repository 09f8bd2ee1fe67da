//! Mails a link by which somebody sets their password.
//!
//! The secret is made when the mail is: no job and no table holds it, only its digest. A second attempt makes a
//! second link, and the first ends.

use std::sync::Arc;

use base::{MICROS_PER_DAY, Result, Uuid};
use engine::system::credential;
use engine::system::{invitation, secret};
use engine::{Ctx, Reading, Surface, Unit};
use mail::{Envelope, Unsent};
use serde_json::Value as Json;
use ui::message::Language;
use ui::{text, time};

use crate::handler::{Failure, Run};
use crate::mail_out::{Addressee, MailOut, addressee};

/// How long whoever forgot their password has.
const FORGOTTEN_MICROS: i64 = MICROS_PER_DAY;
/// How long whoever is invited has.
const INVITED_MICROS: i64 = 3 * MICROS_PER_DAY;

/// Makes a link for the person of the job and sends it; nothing where they left or their account is closed.
pub(crate) async fn send_link(run: Run, with: Arc<MailOut>) -> Result<(), Failure> {
    let person = run.job.payload.get("person").and_then(Json::as_str);
    let person = person.and_then(|it| Uuid::try_parse(it).ok());
    let person = person.ok_or_else(|| Failure::Fail("the payload names nobody".to_owned()))?;
    let ctx = run.engine.system_ctx(run.job.tenant, Surface::Job);
    let found = run
        .engine
        .read(&ctx, move |reading| standing(reading, person));
    let Some((addressee, is_new)) = found.await? else {
        return Ok(());
    };
    let secret = secret::generate(run.engine.ids(), "");
    let valid = if is_new {
        INVITED_MICROS
    } else {
        FORGOTTEN_MICROS
    };
    let expires_at = run.now.plus_micros(valid);
    let hash = secret::hash(&secret);
    let store = move |unit: &mut Unit<'_, '_>| {
        let purpose = invitation::password_of(person);
        let purpose = (unit.ctx.tenant, purpose.as_str());
        invitation::replace(unit.tx, &hash, purpose, (unit.ctx.now, expires_at))
    };
    run.engine.write(&ctx, store).await?;
    let words = words(&ctx, &with, &addressee, (&secret, expires_at), is_new);
    let envelope = Envelope {
        to: addressee.address,
        name: addressee.actor.name,
        recipient: person,
        record: person,
        // Each attempt is another mail, since its link is another.
        change: run.engine.ids().next(run.now),
        at: run.now,
    };
    match with.sender.send_words(&envelope, &words).await {
        Ok(()) => Ok(()),
        Err(Unsent::Later(error)) => Err(Failure::Retry(error)),
        Err(Unsent::Never(error)) => Err(Failure::Fail(error)),
    }
}

/// Where the mail goes, and whether the person has no login yet.
fn standing(reading: &mut Reading<'_, '_>, person: Uuid) -> Result<Option<(Addressee, bool)>> {
    let found = credential::of_person(reading.tx, person)?;
    if found.as_ref().is_some_and(|it| it.disabled_at.is_some()) {
        return Ok(None);
    }
    Ok(addressee(reading, person)?.map(|it| (it, found.is_none())))
}

/// Subject and text, in the language of the recipient.
fn words(
    ctx: &Ctx,
    with: &MailOut,
    addressee: &Addressee,
    (secret, expires_at): (&str, base::Timestamp),
    is_new: bool,
) -> (String, String) {
    let language = Language::from_tag(&addressee.language);
    let link = format!("{}/set-password?token={secret}", with.pages);
    let until = time::absolute(&language, &ctx.zone, expires_at);
    let product = with.product.as_str();
    let lead = if is_new {
        text!(&language, "mail-link-invited", product = product)
    } else {
        text!(&language, "mail-link-forgotten", product = product)
    };
    let ends = text!(&language, "mail-link-ends", until = until);
    let ignore = text!(&language, "mail-link-ignore");
    let subject = text!(&language, "mail-link-subject", product = product);
    (subject, format!("{lead}\n\n{link}\n\n{ends}\n{ignore}\n"))
}
