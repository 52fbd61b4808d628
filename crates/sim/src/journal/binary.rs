//! Binary form of journal entries, from which the digest is computed.
//!
//! Every number is written in eight bytes, little-endian, whatever its type; an enum's variant and
//! a sequence's length are numbers as well; text is its length and its bytes. That is longer than a
//! packed encoding and several times faster to write, and it is not kept: it goes into a hash.

use std::fmt::Display;

use serde::ser::{self, Serialize, Serializer};

/// Appends a value's binary form to a buffer.
pub(super) fn write(value: &impl Serialize, buffer: &mut Vec<u8>) {
    // Writing to memory can't fail. What can is a type's own `Serialize`, and none of ours does.
    let written = value.serialize(&mut Binary(buffer));
    assert!(written.is_ok(), "a journal entry has no binary form");
}

struct Binary<'a>(&'a mut Vec<u8>);

impl Binary<'_> {
    #[inline]
    fn number(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }
}

/// A value that has no binary form; only a type's own `Serialize` can raise it.
#[derive(Debug)]
pub(super) struct NoBinaryForm;

impl Display for NoBinaryForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no binary form")
    }
}

impl std::error::Error for NoBinaryForm {}

impl ser::Error for NoBinaryForm {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

type Done = Result<(), NoBinaryForm>;

macro_rules! numbers {
    ($($method:ident: $type:ty,)*) => {
        $(#[inline]
        fn $method(self, number: $type) -> Done {
            self.number(number as u64);
            Ok(())
        })*
    };
}

impl Serializer for &mut Binary<'_> {
    type Ok = ();
    type Error = NoBinaryForm;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    numbers! {
        serialize_bool: bool, serialize_char: char,
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_f32(self, number: f32) -> Done {
        self.serialize_f64(f64::from(number))
    }

    fn serialize_f64(self, number: f64) -> Done {
        self.number(number.to_bits());
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Done {
        self.serialize_bytes(text.as_bytes())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Done {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn serialize_none(self) -> Done {
        self.number(0);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        self.number(1);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        Ok(())
    }

    #[inline]
    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Done {
        self.number(u64::from(index));
        Ok(())
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Done {
        self.number(u64::from(index));
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self, NoBinaryForm> {
        // A sequence of unknown length could not be distinguished from what follows it.
        self.number(length.ok_or(NoBinaryForm)? as u64);
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, NoBinaryForm> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, NoBinaryForm> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, NoBinaryForm> {
        self.number(u64::from(index));
        Ok(self)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self, NoBinaryForm> {
        self.serialize_seq(length)
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, NoBinaryForm> {
        Ok(self)
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, NoBinaryForm> {
        self.number(u64::from(index));
        Ok(self)
    }
}

macro_rules! compounds {
    ($($trait:ident :: $method:ident ( $($key:ident)? ),)*) => {
        $(impl ser::$trait for &mut Binary<'_> {
            type Ok = ();
            type Error = NoBinaryForm;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, $($key: &'static str,)? value: &T) -> Done {
                value.serialize(&mut **self)
            }

            #[inline]
            fn end(self) -> Done {
                Ok(())
            }
        })*
    };
}

compounds! {
    SerializeSeq::serialize_element(),
    SerializeTuple::serialize_element(),
    SerializeTupleStruct::serialize_field(),
    SerializeTupleVariant::serialize_field(),
    SerializeStruct::serialize_field(_name),
    SerializeStructVariant::serialize_field(_name),
}

impl ser::SerializeMap for &mut Binary<'_> {
    type Ok = ();
    type Error = NoBinaryForm;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(&mut **self)
    }

    fn end(self) -> Done {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ringside_store::{Duration, NodeId};

    use super::*;

    fn bytes(value: &impl Serialize) -> Vec<u8> {
        let mut buffer = Vec::new();
        write(value, &mut buffer);
        buffer
    }

    #[test]
    fn numbers_take_eight_bytes_whatever_their_type() {
        assert_eq!(bytes(&(1_u8, -1_i32, true)).len(), 24);
        assert_eq!(bytes(&NodeId(258))[..3], [2, 1, 0], "little-endian, not as a letter");
        assert_eq!(bytes(&Duration::from_us(7))[..2], [7, 0], "microseconds, not as text");
        assert_eq!(bytes(&0.5_f64), 0.5_f64.to_bits().to_le_bytes());
    }

    #[test]
    fn different_values_have_different_forms() {
        assert_ne!(bytes(&("ab", "c")), bytes(&("a", "bc")));
        assert_ne!(bytes(&Some(0_u8)), bytes(&None::<u8>));
        assert_ne!(bytes(&vec![vec![1_u8], vec![]]), bytes(&vec![vec![], vec![1_u8]]));
    }
}
