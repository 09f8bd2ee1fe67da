//! Files on pages: brought along by forms, fetched, and taken away after a question.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base::{Error, Message, Problem, Refused, Uuid};
use engine::system::attachment::{Attachment, limits};
use engine::{Action, Change, Comment, Ctx, Outcome, Reading};
use maud::html;
use ui::files::{Files, Removable};
use ui::text;

use super::act::{frame, problems_of};
use super::flash::Flash;
use super::record::{Loaded, load};
use super::shell::{Frame, Here, go};
use crate::download::download;
use crate::upload::{Upload, keep};
use crate::viewer::PostedWithFiles;
use crate::{AppState, Failure, Posted};

/// Where our script finds the next page, which it opens itself.
const PLACE: &str = "x-place";

type Key = Path<(String, String, String)>;
type Answer = Result<Response, Failure>;

/// What a form brought along besides its fields.
pub(super) struct Brought {
    files: Vec<Upload>,
    problems: Vec<Problem>,
    by_script: bool,
}

impl Brought {
    /// Parts a form into who sent it, its fields and its files.
    pub(super) fn of(posted: PostedWithFiles) -> (Here, crate::FormData, Self) {
        let brought = Self {
            files: posted.files,
            problems: posted.problems,
            by_script: posted.by_script,
        };
        (Here::after(posted.viewer), posted.form, brought)
    }

    /// Words with these files; files alone are an answer like any other.
    pub(super) fn with_words(&self, of: &str, record: Uuid, words: Comment) -> Change {
        Change::of(of, record, Action::Comment).with_comment(words)
    }

    /// Stores the files and sends the change; answers with what is wrong, of files and of fields.
    pub(super) async fn apply(
        &self,
        state: &AppState,
        ctx: &Ctx,
        mut change: Change,
    ) -> Result<Result<Outcome, Vec<Problem>>, Failure> {
        if !self.problems.is_empty() {
            return Ok(Err(self.told(Vec::new())));
        }
        if !self.files.is_empty() {
            // Refused before anything is stored; the door asks for the right on this record.
            ctx.require_somewhere(&change.record_type, "attach")?;
        }
        change.files = match keep(state, ctx, &self.files).await {
            // There is no room: what was written stays, as with any other file that is not taken.
            Err(Error::Refused(Refused::TooLarge(message))) => {
                let field = Some("file".to_owned());
                return Ok(Err(self.told(vec![Problem { field, message }])));
            }
            kept => kept?,
        };
        match state.apply(ctx, change).await {
            Ok(outcome) => Ok(Ok(outcome)),
            Err(error) => Ok(Err(self.told(problems_of(error)?))),
        }
    }

    /// These problems and those of the files. A form that comes back has lost its files, except where our
    /// script still holds them.
    pub(super) fn told(&self, mut problems: Vec<Problem>) -> Vec<Problem> {
        problems.extend(self.problems.iter().cloned());
        if !self.by_script && !self.files.is_empty() {
            problems.push(Problem {
                field: Some("file".to_owned()),
                message: Message::new("files-again"),
            });
        }
        problems
    }

    /// The answer, so that our script can open the next page by itself.
    pub(super) fn answered(&self, response: Response) -> Response {
        let place = response.headers().get(header::LOCATION).cloned();
        let Some(place) = place.filter(|_| self.by_script) else {
            return response;
        };
        let mut answer = (StatusCode::NO_CONTENT, [(PLACE, place)]).into_response();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            answer
                .headers_mut()
                .append(header::SET_COOKIE, cookie.clone());
        }
        answer
    }
}

/// Most bytes of a file, where the reader may add one to this record.
pub(super) fn most(ctx: &Ctx, may: bool) -> Option<u64> {
    limits(ctx).ok().filter(|_| may).map(|it| it.bytes)
}

impl Loaded {
    /// The record's files on the page of that address.
    pub(super) fn files_at<'a>(&'a self, ctx: &Ctx, address: &'a str, place: &'a str) -> Files<'a> {
        let removable = if !self.may(ctx, "attach") {
            Removable::Nothing
        } else if self.may(ctx, "update") {
            Removable::Everything
        } else {
            Removable::Of(ctx.actor.person)
        };
        Files {
            all: &self.files,
            address,
            place,
            removable,
        }
    }

    fn file(&self, id: &str) -> Result<&Attachment, Refused> {
        let found = self.files.iter().find(|it| it.blob.id.to_string() == id);
        found.ok_or_else(|| Refused::NotFound(Message::new("attachment-unknown")))
    }
}

/// `GET /{type}/{key}/files/{file}`
pub(super) async fn fetch(
    State(state): State<AppState>,
    Path((name, key, file)): Key,
    headers: HeaderMap,
    here: Here,
) -> Answer {
    let unknown = || Refused::NotFound(Message::new("attachment-unknown"));
    let of = here.ctx().snapshot.dictionary.record_type(&name).cloned();
    let (of, wanted) = of.zip(Uuid::try_parse(&file).ok()).ok_or_else(unknown)?;
    let read = move |reading: &mut Reading<'_, '_>| {
        let record = reading.record(Some(&of.name), &key)?.0.id();
        reading.attachment(&of, record, wanted)
    };
    let found = state.engine().read(here.ctx(), read).await?;
    download(&state, here.ctx(), &found.blob, &headers).await
}

/// `GET /{type}/{key}/files/{file}/remove`
pub(super) async fn remove_page(
    State(state): State<AppState>,
    Path((name, key, file)): Key,
    here: Here,
) -> Answer {
    let loaded = load(&state, &here, &name, &key).await?;
    let (place, title, body) = question(&here, &loaded, &file, "")?;
    let page = html! { div class="sheet" { header class="page-head" { h1 { (title) } } (body) } };
    let frame = Frame {
        title: format!("{title} · {place}"),
        ..frame(&here, &loaded, title)
    };
    Ok(here.agent(&state, frame, &page))
}

/// `GET /portal/{type}/{key}/files/{file}/remove`
pub(super) async fn portal_remove_page(
    State(state): State<AppState>,
    Path((name, key, file)): Key,
    here: Here,
) -> Answer {
    let loaded = load(&state, &here, &name, &key).await?;
    let (_, title, body) = question(&here, &loaded, &file, "/portal")?;
    let page =
        html! { div class="portal-page" { div class="portal-column" { h1 { (title) } (body) } } };
    let frame = Frame {
        title,
        area: "requests",
        ..Frame::default()
    };
    Ok(here.portal(&state, frame, &page))
}

/// Whether a file shall really go: where it goes back to, the title, and the form.
fn question(
    here: &Here,
    loaded: &Loaded,
    file: &str,
    voice: &str,
) -> Result<(String, String, maud::Markup), Refused> {
    let language = here.language();
    let file = loaded.file(file)?;
    let place = format!("{voice}{}", loaded.address());
    let title = text!(
        language,
        "files-remove-title",
        name = file.blob.name.as_str()
    );
    let body = html! {
        form class="form" method="post" action=(format!("{place}/files/{}/remove", file.blob.id)) {
            (here.csrf())
            p { (text!(language, "files-remove-words")) }
            div class="form-actions" {
                button class="button danger solid" { (text!(language, "files-remove-do")) }
                a class="button" href=(place) { (text!(language, "files-remove-keep")) }
            }
        }
    };
    Ok((place, title, body))
}

/// `POST /{type}/{key}/files/{file}/remove`
pub(super) async fn remove(
    State(state): State<AppState>,
    Path(key): Key,
    posted: Posted,
) -> Answer {
    take_away(&state, key, posted, "").await
}

/// `POST /portal/{type}/{key}/files/{file}/remove`
pub(super) async fn portal_remove(
    State(state): State<AppState>,
    Path(key): Key,
    posted: Posted,
) -> Answer {
    take_away(&state, key, posted, "/portal").await
}

async fn take_away(
    state: &AppState,
    (name, key, file): (String, String, String),
    posted: Posted,
    voice: &str,
) -> Answer {
    let here = Here::after(posted.viewer);
    let loaded = load(state, &here, &name, &key).await?;
    let blob = &loaded.file(&file)?.blob;
    let change = Change::of(&name, loaded.record.id(), Action::Detach(blob.id));
    state.apply(here.ctx(), change).await?;
    let flash = Flash::new("notice-file-removed", blob.name.clone());
    Ok(go(&format!("{voice}{}", loaded.address()), Some(&flash)))
}
