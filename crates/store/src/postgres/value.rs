//! Values on their way to PostgreSQL and back, in its binary format.
//!
//! The statement decides the type: a null fits any, an integer any width that can hold it.

use super::numeric;
use crate::{Row, SqlValue, StoreError};
use bytes::{BufMut, BytesMut};
use std::error::Error;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

type Failure = Box<dyn Error + Sync + Send>;

/// An argument.
#[derive(Debug)]
pub(super) struct Argument<'a>(pub &'a SqlValue);

impl ToSql for Argument<'_> {
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match self.0 {
            SqlValue::Null => return Ok(IsNull::Yes),
            SqlValue::Integer(value) => put_integer(*value, wanted, out)?,
            SqlValue::Text(value) => {
                if *wanted == Type::BYTEA || *wanted == Type::UUID || is_integer(wanted) {
                    return Err(format!("text given where {wanted} is expected").into());
                }
                // The binary format of jsonb is its text behind a version byte.
                if *wanted == Type::JSONB {
                    out.put_u8(1);
                }
                out.put_slice(value.as_bytes());
            }
            SqlValue::Bytes(value) if *wanted == Type::BYTEA => out.put_slice(value),
            // Rows read on SQLite carry identifiers as bytes; both ways round must work.
            SqlValue::Bytes(value) if *wanted == Type::UUID && value.len() == 16 => {
                out.put_slice(value);
            }
            SqlValue::Uuid(value) if *wanted == Type::UUID || *wanted == Type::BYTEA => {
                out.put_slice(value.as_bytes());
            }
            SqlValue::Bytes(_) => return Err(format!("bytes given for {wanted}").into()),
            SqlValue::Uuid(_) => return Err(format!("an identifier given for {wanted}").into()),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn is_integer(wanted: &Type) -> bool {
    [Type::INT2, Type::INT4, Type::INT8].contains(wanted)
}

fn put_integer(value: i64, wanted: &Type, out: &mut BytesMut) -> Result<(), Failure> {
    match *wanted {
        Type::INT8 => out.put_i64(value),
        Type::INT4 => out.put_i32(value.try_into()?),
        Type::INT2 => out.put_i16(value.try_into()?),
        Type::BOOL => out.put_u8(u8::from(value != 0)),
        Type::XID8 => out.put_u64(value.try_into()?),
        Type::OID => out.put_u32(value.try_into()?),
        _ => return Err(format!("an integer given where {wanted} is expected").into()),
    }
    Ok(())
}

/// Turns a driver's row into ours.
pub(super) fn decode(row: &tokio_postgres::Row) -> Result<Row, StoreError> {
    let mut values = Vec::with_capacity(row.len());
    for column in 0..row.len() {
        let value: Result<Column, _> = row.try_get(column);
        values.push(value.map(|value| value.0).map_err(|_| StoreError::Decode {
            column,
            wanted: "an integer, text, bytes or an identifier",
            found: "another type",
        })?);
    }
    Ok(Row::new(values))
}

struct Column(SqlValue);

impl<'a> FromSql<'a> for Column {
    fn from_sql(found: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        let value = match *found {
            Type::INT8 => SqlValue::Integer(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => SqlValue::Integer(i32::from_be_bytes(raw.try_into()?).into()),
            Type::INT2 => SqlValue::Integer(i16::from_be_bytes(raw.try_into()?).into()),
            Type::OID => SqlValue::Integer(u32::from_be_bytes(raw.try_into()?).into()),
            Type::XID8 => SqlValue::Integer(u64::from_be_bytes(raw.try_into()?).try_into()?),
            Type::BOOL => SqlValue::Integer((raw.first() == Some(&1)).into()),
            Type::UUID => SqlValue::Uuid(Uuid::from_slice(raw)?),
            Type::BYTEA => SqlValue::Bytes(raw.to_vec()),
            Type::NUMERIC => numeric::decode(raw).ok_or("not a number")?,
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN | Type::JSON => {
                SqlValue::Text(std::str::from_utf8(raw)?.to_owned())
            }
            // A function without a result, such as pg_advisory_xact_lock.
            Type::VOID => SqlValue::Null,
            _ => return Err(format!("{found} is not read").into()),
        };
        Ok(Self(value))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failure> {
        Ok(Self(SqlValue::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
