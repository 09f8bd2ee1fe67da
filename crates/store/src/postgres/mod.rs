//! The PostgreSQL driver: database threads, each with one connection.

use crate::job::{Answer, package};
use crate::tx::BatchResult;
use crate::{Row, Sql, StoreConfig, StoreError, StoreMetrics, Tx};
use std::ops::ControlFlow;

pub(crate) struct PostgresSession;
pub(crate) struct PostgresStore;
impl PostgresSession {
    pub fn run(&mut self, _: &[&Sql]) -> Result<Vec<BatchResult>, StoreError> {
        Err(StoreError::Closed)
    }
    pub fn stream(
        &mut self,
        _: &Sql,
        _: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        Err(StoreError::Closed)
    }
    pub fn prefix(&mut self, _: &'static str, _: &'static str) {}
    pub fn script(&mut self, _: &str) -> Result<(), StoreError> {
        Err(StoreError::Closed)
    }
}
impl PostgresStore {
    pub fn open(_: &StoreConfig) -> Result<Self, StoreError> {
        Err(StoreError::Configuration(
            "PostgreSQL is not there yet".into(),
        ))
    }
    pub fn write<F, T, E>(&self, closure: F) -> Answer<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        package(closure).1
    }
    pub fn read<F, T, E>(&self, closure: F) -> Answer<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        package(closure).1
    }
    pub fn read_long<F, T, E>(&self, closure: F) -> Answer<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        package(closure).1
    }
    pub fn maintain<T: Send + 'static>(
        &self,
        _: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        Err(StoreError::Closed)
    }
    pub fn build_index(&self, _: Sql, _: String) -> Result<bool, StoreError> {
        Err(StoreError::Closed)
    }
    pub fn administer(&self, _: String) -> Result<(), StoreError> {
        Err(StoreError::Closed)
    }
    pub fn metrics(&self) -> StoreMetrics {
        StoreMetrics::default()
    }
    pub fn shutdown(&self) {}
}
