//! Reads the coordinates of any GeoJSON geometry; its type may come after them.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, SeqAccess, Visitor};

use super::words::NOT_A_NUMBER;

type Ring = Vec<[f64; 2]>;

/// Nested arrays of numbers, by their depth. Of a position, x and y are kept.
#[derive(Debug, PartialEq)]
pub(super) enum Coordinates {
    Empty,
    Number(f64),
    Position([f64; 2]),
    Positions(Ring),
    Polygon(Vec<Ring>),
    MultiPolygon(Vec<Vec<Ring>>),
}

impl<'de> Deserialize<'de> for Coordinates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Coordinates, D::Error> {
        deserializer.deserialize_any(Nested)
    }
}

struct Nested;

impl<'de> Visitor<'de> for Nested {
    type Value = Coordinates;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("coordinates: numbers in arrays")
    }

    fn visit_f64<E: Error>(self, v: f64) -> Result<Coordinates, E> {
        Ok(Coordinates::Number(v))
    }

    fn visit_u64<E: Error>(self, v: u64) -> Result<Coordinates, E> {
        Ok(Coordinates::Number(v as f64))
    }

    fn visit_i64<E: Error>(self, v: i64) -> Result<Coordinates, E> {
        Ok(Coordinates::Number(v as f64))
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<Coordinates, E> {
        Err(no_number(v))
    }

    fn visit_unit<E: Error>(self) -> Result<Coordinates, E> {
        Ok(Coordinates::Empty)
    }

    /// Reads an array. The first element determines the depth; the others must have the same.
    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Coordinates, A::Error> {
        let mut empty = 0;
        let first = loop {
            match array.next_element()? {
                None => return Ok(Coordinates::Empty),
                Some(Coordinates::Empty) => empty += 1,
                Some(first) => break first,
            }
        };
        // A polygon's first ring is its outline even if it is empty; the next ring is a hole.
        let after = |mut all: Vec<Ring>| {
            all.splice(..0, (0..empty).map(|_| Vec::new()));
            all
        };
        Ok(match first {
            Coordinates::Number(_) if empty > 0 => return Err(A::Error::custom("a coordinate that is no number")),
            Coordinates::Position(_) if empty > 0 => return Err(A::Error::custom("a position without numbers")),
            Coordinates::Number(x) => Coordinates::Position([x, rest_of_position(array)?]),
            Coordinates::Position(first) => Coordinates::Positions(rest::<Position, _>(first, array)?),
            Coordinates::Positions(first) => Coordinates::Polygon(after(rest::<Seq<Position>, _>(first, array)?)),
            Coordinates::Polygon(first) => Coordinates::MultiPolygon(rest::<Seq<Seq<Position>>, _>(first, array)?),
            Coordinates::Empty | Coordinates::MultiPolygon(_) => {
                return Err(A::Error::custom("coordinates nested deeper than a MultiPolygon's"));
            }
        })
    }
}

/// Reads the elements of an array whose first one has been read.
fn rest<'de, T, A>(first: T::Value, mut array: A) -> Result<Vec<T::Value>, A::Error>
where
    T: Deserialize<'de> + Element,
    A: SeqAccess<'de>,
{
    let mut all = vec![first];
    while let Some(element) = array.next_element::<T>()? {
        all.push(element.value());
    }
    all.shrink_to_fit();
    Ok(all)
}

fn rest_of_position<'de, A: SeqAccess<'de>>(mut array: A) -> Result<f64, A::Error> {
    let Number(y) = array.next_element()?.ok_or_else(|| A::Error::custom("a position of a single number"))?;
    while array.next_element::<IgnoredAny>()?.is_some() {}
    Ok(y)
}

/// Returns the error for a text in the place of a number.
fn no_number<E: Error>(text: &str) -> E {
    if text == NOT_A_NUMBER {
        E::custom(
            "a coordinate that is NaN or infinite (json.dumps(..., allow_nan=False) in Python finds where it comes \
             from)",
        )
    } else {
        E::custom(format!("a coordinate that is the text {text:?}"))
    }
}

/// One coordinate.
struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        struct One;
        impl Visitor<'_> for One {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_f64<E: Error>(self, v: f64) -> Result<Number, E> {
                Ok(Number(v))
            }

            fn visit_u64<E: Error>(self, v: u64) -> Result<Number, E> {
                Ok(Number(v as f64))
            }

            fn visit_i64<E: Error>(self, v: i64) -> Result<Number, E> {
                Ok(Number(v as f64))
            }

            fn visit_str<E: Error>(self, v: &str) -> Result<Number, E> {
                Err(no_number(v))
            }
        }
        deserializer.deserialize_any(One)
    }
}

/// The reader of an element in an array of known depth.
trait Element {
    type Value;
    fn value(self) -> Self::Value;
}

struct Position([f64; 2]);

struct Seq<T: Element>(Vec<T::Value>);

impl Element for Position {
    type Value = [f64; 2];
    fn value(self) -> [f64; 2] {
        self.0
    }
}

impl<T: Element> Element for Seq<T> {
    type Value = Vec<T::Value>;
    fn value(self) -> Vec<T::Value> {
        self.0
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Position, D::Error> {
        struct Numbers;
        impl<'de> Visitor<'de> for Numbers {
            type Value = Position;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a position: an array of two or more numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Position, A::Error> {
                let Number(x) = array.next_element()?.ok_or_else(|| A::Error::custom("a position without numbers"))?;
                Ok(Position([x, rest_of_position(array)?]))
            }
        }
        deserializer.deserialize_seq(Numbers)
    }
}

impl<'de, T: Deserialize<'de> + Element> Deserialize<'de> for Seq<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Seq<T>, D::Error> {
        struct Elements<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de> + Element> Visitor<'de> for Elements<T> {
            type Value = Seq<T>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an array nested as deep as the first one")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Seq<T>, A::Error> {
                let Some(first) = array.next_element::<T>()? else { return Ok(Seq(Vec::new())) };
                Ok(Seq(rest::<T, A>(first.value(), array)?))
            }
        }
        deserializer.deserialize_seq(Elements(std::marker::PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nesting_tells_what_it_is() {
        let read = |text: &str| serde_json::from_str::<Coordinates>(text).map_err(|e| e.to_string());
        assert_eq!(read("[]"), Ok(Coordinates::Empty));
        assert_eq!(read("[[],[[]]]"), Ok(Coordinates::Empty));
        assert_eq!(read("[1,2.5,9]"), Ok(Coordinates::Position([1.0, 2.5])));
        assert_eq!(read("[[1,2],[3,-4,5,6]]"), Ok(Coordinates::Positions(vec![[1.0, 2.0], [3.0, -4.0]])));
        let ring = vec![[1.0, 2.0], [3.0, 4.0]];
        assert_eq!(read("[[[1,2],[3,4]],[]]"), Ok(Coordinates::Polygon(vec![ring.clone(), vec![]])));
        assert_eq!(
            read("[[[[1,2],[3,4]]],[[[1,2],[3,4]]]]"),
            Ok(Coordinates::MultiPolygon(vec![vec![ring.clone()], vec![ring]]))
        );
        let ring = vec![[1.0, 2.0], [3.0, 4.0]];
        assert_eq!(read("[[],[[1,2],[3,4]]]"), Ok(Coordinates::Polygon(vec![vec![], ring.clone()])));
        assert_eq!(
            read("[[[],[[1,2],[3,4]]],[[[1,2],[3,4]]]]"),
            Ok(Coordinates::MultiPolygon(vec![vec![vec![], ring.clone()], vec![ring]]))
        );
        for bad in [
            "[null,1,2]",
            "[[],[1,2],[3,4]]",
            "[1]",
            "[[1,2],[3]]",
            "[[1,2],3]",
            "[[1,null]]",
            "[[[1,2]],[3,4]]",
            "[[[[[1,2]]]]]",
            "[\"a\"]",
            "[1e999,0]",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
