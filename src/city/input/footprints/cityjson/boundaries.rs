//! The surfaces of a geometry in CityJSON, out of arrays that lie in each other.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};

/// Numbers out of nested arrays, with the ends of the innermost arrays and of those around them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Boundaries {
    /// The numbers of vertices, ring after ring.
    pub vertices: Vec<u32>,
    /// For each ring, where its vertices end.
    ring_ends: Vec<u32>,
    /// For each surface, where its rings end.
    surface_ends: Vec<u32>,
}

impl Boundaries {
    /// Returns the number of surfaces.
    pub fn len(&self) -> usize {
        self.surface_ends.len()
    }

    /// Returns the rings of a surface.
    pub fn surface(&self, n: usize) -> impl Iterator<Item = &[u32]> {
        let end_before = |ends: &[u32], n: usize| if n == 0 { 0 } else { ends[n - 1] as usize };
        let rings = end_before(&self.surface_ends, n)..self.surface_ends[n] as usize;
        rings.map(move |ring| &self.vertices[end_before(&self.ring_ends, ring)..self.ring_ends[ring] as usize])
    }
}

impl<'de> Deserialize<'de> for Boundaries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Boundaries, D::Error> {
        let mut boundaries = Boundaries::default();
        Nested(&mut boundaries).deserialize(deserializer)?;
        Ok(boundaries)
    }
}

/// An array or a number. Gives its level: 0 for a number, 1 for a ring, 2 for a surface, more for shells and solids;
/// `None` for an empty array.
struct Nested<'a>(&'a mut Boundaries);

impl<'de> DeserializeSeed<'de> for Nested<'_> {
    type Value = Option<u32>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<u32>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Nested<'_> {
    type Value = Option<u32>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("numbers of vertices in arrays")
    }

    fn visit_u64<E: Error>(self, v: u64) -> Result<Option<u32>, E> {
        let vertex = u32::try_from(v).map_err(|_| E::custom(format!("the number {v} of a vertex")))?;
        self.0.vertices.push(vertex);
        Ok(Some(0))
    }

    fn visit_unit<E: Error>(self) -> Result<Option<u32>, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Option<u32>, A::Error> {
        let boundaries = self.0;
        let mut level = None;
        while let Some(inner) = array.next_element_seed(Nested(&mut *boundaries))? {
            if level.is_some() && inner.is_some() && level != inner {
                return Err(A::Error::custom("arrays of boundaries that are not equally deep"));
            }
            level = level.or(inner);
        }
        match level {
            Some(0) => boundaries.ring_ends.push(boundaries.vertices.len() as u32),
            Some(1) => boundaries.surface_ends.push(boundaries.ring_ends.len() as u32),
            _ => {}
        }
        Ok(level.map(|level| level + 1))
    }
}

/// The kinds of surfaces, one for each surface: numbers out of nested arrays, where null is none.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Kinds(pub Vec<Option<u32>>);

impl<'de> Deserialize<'de> for Kinds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Kinds, D::Error> {
        let mut kinds = Kinds::default();
        NestedKinds(&mut kinds).deserialize(deserializer)?;
        Ok(kinds)
    }
}

struct NestedKinds<'a>(&'a mut Kinds);

impl<'de> DeserializeSeed<'de> for NestedKinds<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NestedKinds<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("numbers of semantic surfaces in arrays")
    }

    fn visit_u64<E>(self, v: u64) -> Result<(), E> {
        self.0.0.push(u32::try_from(v).ok());
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.0.push(None);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        while array.next_element_seed(NestedKinds(&mut *self.0))?.is_some() {}
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surfaces_come_out_of_any_depth() {
        let surfaces = |text: &str| {
            let read: Boundaries = serde_json::from_str(text).unwrap();
            (0..read.len()).map(|n| read.surface(n).map(<[u32]>::to_vec).collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        let two = [vec![vec![0, 1, 2], vec![3, 4, 5]], vec![vec![6, 7, 8]]];
        for text in [
            "[[[0,1,2],[3,4,5]],[[6,7,8]]]",
            "[[[[0,1,2],[3,4,5]],[[6,7,8]]]]",
            "[[[[0,1,2],[3,4,5]]],[[[6,7,8]]]]",
            "[[[[[0,1,2],[3,4,5]],[[6,7,8]]]]]",
        ] {
            assert_eq!(surfaces(text), two, "{text}");
        }
        assert_eq!(surfaces("[]"), [] as [Vec<Vec<u32>>; 0]);
        assert!(serde_json::from_str::<Boundaries>("[[0,1],2]").is_err());
        assert!(serde_json::from_str::<Boundaries>("[[[5000000000]]]").is_err());
        assert_eq!(serde_json::from_str::<Kinds>("[[0,null],[2]]").unwrap(), Kinds(vec![Some(0), None, Some(2)]));
    }
}
