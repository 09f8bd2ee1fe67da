//! Who asks: passwords, sessions, tokens, and the checks that a form came from our own page.

mod first;
mod identity;
mod link;
mod origin;
mod password;
mod sign_in;
mod token;

pub use first::{
    FirstAdministrator, create_first_administrator, invite_first_administrator, is_invited,
};
pub use identity::{Identities, Identity, Proof};
pub use link::{MadeLink, forgot, login_of_link, mail_link, make_link, use_link};
pub use origin::{CSRF_FIELD, CSRF_HEADER, check_origin};
pub use password::{MIN_PASSWORD_CHARS, PasswordCost, Passwords, hash_password};
pub use sign_in::{SignIn, SignedIn, change_password, end_session, sign_in};
pub use token::{MintedToken, NewToken, mint_token, revoke_token};

pub(crate) use identity::{Shown, identify, system_ctx};
pub(crate) use origin::{check_csrf, csrf_token, is_safe};
