//! Values of records that the changed record refers to, loaded by the door before rules run.

use foldhash::HashMap;

use dictionary::Value;

/// Values by path, for example `service.support_team`. Rules read them, nothing else does.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    values: HashMap<String, Value>,
}

impl Facts {
    /// The value at the path as it is after the change; null where a reference on the way is empty.
    #[must_use]
    pub fn get(&self, path: &str) -> &Value {
        self.values.get(path).unwrap_or(&Value::Null)
    }

    pub(crate) fn put(&mut self, path: &str, value: Value) {
        self.values.insert(path.to_owned(), value);
    }
}
