//! How an installation looks: its name, its colour and its picture, as a tenant sets them.

use std::sync::Arc;

use base::Uuid;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;

use crate::settings::{SettingDef, Shape};
use crate::{Settings, Snapshot};

/// Key of the setting.
pub const BRANDING: &str = "branding";
/// Longest name in characters.
const MOST_NAME: usize = 60;
/// Largest picture in bytes.
pub const MOST_LOGO_BYTES: usize = 64 * 1024;
/// Least contrast of the colour with white, so that words in it and on it can be read.
const LEAST_CONTRAST: f64 = 4.5;

/// The branding of a tenant.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "Raw")]
pub struct Branding {
    /// Name on pages; empty keeps the configured one.
    pub product: String,
    /// Colour of buttons and links as `#rrggbb`; empty keeps ours.
    pub accent: String,
    /// Picture in place of our mark.
    pub logo: Option<Logo>,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// Its media type, recognised by its first bytes.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Raw {
    product: String,
    accent: String,
    logo: String,
}

impl TryFrom<Raw> for Branding {
    type Error = String;

    fn try_from(raw: Raw) -> Result<Self, String> {
        if raw.product.chars().count() > MOST_NAME {
            return Err(format!("product may have {MOST_NAME} characters"));
        }
        if !raw.accent.is_empty() {
            let contrast = contrast_with_white(&raw.accent)
                .ok_or_else(|| "accent is no colour like #0a7c5a".to_owned())?;
            if contrast < LEAST_CONTRAST {
                return Err("accent is too light: words in it could not be read".to_owned());
            }
        }
        Ok(Self {
            logo: logo(&raw.logo)?,
            product: raw.product.trim().to_owned(),
            accent: raw.accent.to_ascii_lowercase(),
        })
    }
}

fn logo(text: &str) -> Result<Option<Logo>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let bytes = STANDARD
        .decode(text)
        .map_err(|_| "logo is no base64".to_owned())?;
    if bytes.len() > MOST_LOGO_BYTES {
        return Err(format!("logo may have {MOST_LOGO_BYTES} bytes"));
    }
    let media_type = match bytes.as_slice() {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => "image/webp",
        _ => return Err("logo must be a PNG, JPEG or WebP picture".to_owned()),
    };
    Ok(Some(Logo { media_type, bytes }))
}

/// Contrast as WCAG counts it; nothing for what is no colour.
fn contrast_with_white(colour: &str) -> Option<f64> {
    let digits = colour
        .strip_prefix('#')
        .filter(|it| it.len() == 6 && it.is_ascii())?;
    let part = |at: usize| {
        let value = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
        let value = f64::from(value) / 255.0;
        Some(if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        })
    };
    let luminance = 0.0722f64.mul_add(part(4)?, 0.2126f64.mul_add(part(0)?, 0.7152 * part(2)?));
    Some(1.05 / (luminance + 0.05))
}

/// The setting.
pub(crate) fn settings() -> [SettingDef; 1] {
    let nothing = || json!({ "product": "", "accent": "", "logo": "" });
    [
        SettingDef::new::<Branding>(BRANDING, "settings", nothing).asked(Shape::Members(&[
            ("product", Shape::Plain),
            ("accent", Shape::Plain),
            ("logo", Shape::Plain),
        ])),
    ]
}

/// The branding in force for a tenant.
#[must_use]
pub fn of(snapshot: &Snapshot, tenant: Uuid) -> Arc<Branding> {
    let settings: &Settings = &snapshot.settings;
    settings.get(tenant, None, BRANDING).unwrap_or_default()
}
