//! What administrators may change about articles.

use engine::SettingDef;
use serde_json::json;

/// Whether an author may publish an own article; false keeps four eyes on each.
pub const PUBLISH_OWN: &str = "knowledge_article.publish_own";
/// Days after publication at which an article is due for review; 0 means never.
pub const REVIEW_AFTER_DAYS: &str = "knowledge_article.review_after_days";

/// All settings of the practice.
pub const ALL: &[SettingDef] = &[
    SettingDef::new::<bool>(PUBLISH_OWN, "knowledge", || json!(false)),
    SettingDef::new::<u32>(REVIEW_AFTER_DAYS, "knowledge", || json!(365)),
];
