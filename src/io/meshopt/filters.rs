//! What becomes of positions and unit vectors before they are encoded as [attributes](super::attributes).

use super::Fault;

/// The most steps of a grid that a coordinate may be away from zero: the filter has 24 bits for them.
pub const MOST_STEPS: i32 = (1 << 23) - 1;

/// Returns a coordinate of some steps of a grid, whose step is 2 to the power of `exponent`, as the filter
/// `EXPONENTIAL` has it.
pub fn exponential(steps: i32, exponent: i8) -> u32 {
    u32::from(exponent as u8) << 24 | (steps as u32 & 0xff_ffff)
}

/// Returns the coordinate that the filter `EXPONENTIAL` makes of a number.
///
/// # Errors
/// The fault of an exponent beyond 100, for which the extension defines nothing.
pub fn exponential_back(number: u32) -> Result<f32, Fault> {
    let exponent = (number as i32) >> 24;
    if exponent.abs() > 100 {
        return Err(format!("an exponent of {exponent}, beyond 100"));
    }
    let power = f32::from_bits(((exponent + 127) as u32) << 23);
    Ok(((number << 8) as i32 >> 8) as f32 * power)
}

/// Returns a unit vector as the filter `OCTAHEDRAL` of four bytes has it: on an octahedron, whose lower half is turned
/// out over the upper one.
pub fn octahedral([x, y, z]: [f32; 3]) -> [u8; 4] {
    let sum = x.abs() + y.abs() + z.abs();
    let (u, v) = if sum > 0.0 { (x / sum, y / sum) } else { (0.0, 0.0) };
    let (u, v) = match z >= 0.0 {
        true => (u, v),
        false => ((1.0 - v.abs()).copysign(u), (1.0 - u.abs()).copysign(v)),
    };
    let snorm = |c: f32| (c * 127.0).round() as i8 as u8;
    [snorm(u), snorm(v), 127, 0]
}

/// Returns the four bytes that the filter `OCTAHEDRAL` makes of its four.
///
/// # Errors
/// The fault of a third byte that is not 1.0.
pub fn octahedral_back(bytes: [u8; 4]) -> Result<[i8; 4], Fault> {
    let [x, y, one, rest] = bytes.map(|byte| byte as i8);
    if one < 1 || (i32::from(one) + 1).count_ones() != 1 {
        return Err(format!("{one} for 1.0 in a unit vector"));
    }
    let (x, y) = (f32::from(x) / f32::from(one), f32::from(y) / f32::from(one));
    let z = 1.0 - x.abs() - y.abs();
    let under = z.min(0.0);
    let (x, y) = (x - under.copysign(x), y - under.copysign(y));
    let length = (x * x + y * y + z * z).sqrt();
    let [x, y, z] = [x, y, z].map(|c| (c / length * 127.0).round() as i8);
    Ok([x, y, z, rest])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_a_grid_come_back_exactly() {
        for steps in [0, 1, -1, 12_345, -MOST_STEPS, MOST_STEPS] {
            for exponent in [-6, -5, 0, 3] {
                let back = exponential_back(exponential(steps, exponent)).unwrap();
                assert_eq!(f64::from(back), f64::from(steps) * 2f64.powi(exponent.into()));
            }
        }
        assert!(exponential_back(0x7f00_0000).is_err());
    }

    #[test]
    fn unit_vectors_come_back_within_a_degree() {
        for n in 0..5000 {
            let (t, h) = (f64::from(n) * 2.399_963, 1.0 - f64::from(n) / 2499.5);
            let r = (1.0 - h * h).max(0.0).sqrt();
            let vector = [r * t.cos(), r * t.sin(), h].map(|c| c as f32);
            let back = octahedral_back(octahedral(vector)).unwrap().map(|c| f32::from(c) / 127.0);
            let length = back[..3].iter().map(|c| c * c).sum::<f32>().sqrt();
            let cosine = (0..3).map(|d| back[d] * vector[d]).sum::<f32>() / length;
            assert!(cosine > 0.9998 && (length - 1.0).abs() < 0.01, "{vector:?} {back:?}");
        }
        assert_eq!(octahedral_back(octahedral([0.0, 0.0, -1.0])).unwrap(), [0, 0, -127, 0]);
        assert!(octahedral_back([0, 0, 126, 0]).is_err());
    }
}
