//! The area that is meshed: the domain's rectangle, or the part of it within an outline.

use serde::{Deserialize, Serialize};

use crate::city::plane::domain::{Domain, GRID};

/// A closed ring of grid points that does not repeat its first point.
pub type OutlineRing = Vec<[i32; 2]>;

/// The area that is meshed. It is found once for the whole city, so it does not depend on tiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    domain: Domain,
    /// The rings around the area, which lies to the left of their edges.
    rings: Vec<OutlineRing>,
    is_rectangle: bool,
}

impl From<Domain> for Area {
    /// Takes all of the domain's rectangle.
    fn from(domain: Domain) -> Area {
        let [min, max] = [domain.min, domain.max];
        let ring = vec![min, [max[0], min[1]], max, [min[0], max[1]]];
        Area { domain, rings: vec![ring], is_rectangle: true }
    }
}

impl Area {
    /// Takes the part of a domain to the left of the rings' edges. The rings must lie in the domain, and their edges
    /// may meet in common ends only.
    pub fn within(domain: Domain, rings: Vec<OutlineRing>) -> Area {
        let all = Area::from(domain);
        let mut whole = rings.clone();
        whole.iter_mut().for_each(|ring| {
            let first = (0..ring.len()).min_by_key(|&n| ring[n]).unwrap_or(0);
            ring.rotate_left(first);
        });
        if whole == all.rings { all } else { Area { domain, rings, is_rectangle: false } }
    }

    /// Returns the rectangle around the area.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Returns whether the area is all of the domain's rectangle.
    pub fn is_rectangle(&self) -> bool {
        self.is_rectangle
    }

    /// Returns the rings around an area that is not the whole rectangle.
    pub fn outline(&self) -> Option<&[OutlineRing]> {
        (!self.is_rectangle).then_some(&self.rings)
    }

    /// Returns the rings around the area, which lies to the left of their edges.
    pub fn rings(&self) -> &[OutlineRing] {
        &self.rings
    }

    /// Returns the sides of all rings, with the area to their left.
    pub fn sides(&self) -> impl Iterator<Item = [[i32; 2]; 2]> + '_ {
        self.rings.iter().flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)).map(|(&a, &b)| [a, b]))
    }

    /// Returns the area in square metres.
    pub fn square_metres(&self) -> f64 {
        let twice = |[a, b]: [[i32; 2]; 2]| i128::from(a[0]) * i128::from(b[1]) - i128::from(b[0]) * i128::from(a[1]);
        self.sides().map(twice).sum::<i128>() as f64 * (0.5 * GRID * GRID)
    }
}

/// The rings of an outline as a manifest holds them: for each ring a text of numbers, x and y in turn, each the
/// difference from the point before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OutlineText(Vec<String>);

impl OutlineText {
    /// Writes rings down.
    pub fn of(rings: &[OutlineRing]) -> OutlineText {
        let ring = |ring: &OutlineRing| {
            let mut before = [0; 2];
            let steps = ring.iter().map(|&p| {
                let step = [p[0] - before[0], p[1] - before[1]];
                before = p;
                format!("{} {}", step[0], step[1])
            });
            steps.collect::<Vec<_>>().join(" ")
        };
        OutlineText(rings.iter().map(ring).collect())
    }

    /// Reads the rings; `None` when a text is none of this kind, or a point lies outside the domain.
    pub fn rings(&self, domain: &Domain) -> Option<Vec<OutlineRing>> {
        let is_inside = |p: &[i32; 2]| (0..2).all(|d| (domain.min[d]..=domain.max[d]).contains(&p[d]));
        let ring = |text: &String| -> Option<OutlineRing> {
            let steps: Vec<i32> = text.split(' ').map(|step| step.parse().ok()).collect::<Option<_>>()?;
            let (pairs, rest) = steps.as_chunks::<2>();
            let mut at = [0_i32; 2];
            let mut points = Vec::with_capacity(pairs.len());
            for step in pairs {
                at = [at[0].checked_add(step[0])?, at[1].checked_add(step[1])?];
                points.push(at);
            }
            (rest.is_empty() && points.len() >= 3 && points.iter().all(is_inside)).then_some(points)
        };
        self.0.iter().map(ring).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_is_read_as_it_was_written_and_nonsense_is_not() {
        let domain = Domain::new([0.0, 0.0, 100.0, 50.0]).unwrap();
        let rings = vec![vec![[0, 0], [2048, 0], [2048, 1024], [0, 1024]], vec![[5, 5], [5, 9], [9, 9]]];
        let text = OutlineText::of(&rings);
        assert_eq!(text.rings(&domain).unwrap(), rings);
        for odd in ["", "1 2 3 4", "1 2 3 4 5", "1 2 a 4 5 6", "1 2 3 4 2147483647 1", "-1 0 5 5 6 6"] {
            assert_eq!(OutlineText(vec![odd.to_string()]).rings(&domain), None, "{odd}");
        }
    }

    #[test]
    fn an_outline_around_the_whole_rectangle_is_none() {
        let domain = Domain::new([0.0, 0.0, 100.0, 50.0]).unwrap();
        let corners = vec![[100 << 10, 0], [100 << 10, 50 << 10], [0, 50 << 10], [0, 0]];
        let area = Area::within(domain, vec![corners]);
        assert_eq!((area.outline(), area.square_metres()), (None, 5000.0));
        let half = Area::within(domain, vec![vec![[0, 0], [100 << 10, 0], [0, 50 << 10]]]);
        assert_eq!((half.outline().unwrap().len(), half.square_metres()), (1, 2500.0));
    }
}
