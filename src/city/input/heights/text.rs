//! Reads heights in texts, as OpenStreetMap and spreadsheets write them: `12 m`, `8.5m`, `40'`, `6'7"`, `12,5`, `~12`.

use super::{HeightMeaning, Refusal};

const FOOT: f64 = 0.3048;
const INCH: f64 = 0.0254;

/// Returns the metres or the storeys that a text states; `None` for a text without a digit, like `unknown`. A text that
/// may mean two heights (`10;12`, `5-7`, `1,250 ft`) is refused.
pub(super) fn read(text: &str, meaning: HeightMeaning) -> Result<Option<f64>, Refusal> {
    let text = text.trim();
    if !text.chars().any(char::is_numeric) {
        return Ok(None);
    }
    if let Ok(number) = text.parse::<f64>() {
        return if number.is_finite() { Ok(Some(number)) } else { Err(Refusal::Unreadable) };
    }
    length(text, meaning).map(Some).ok_or(Refusal::Unreadable)
}

fn length(text: &str, meaning: HeightMeaning) -> Option<f64> {
    let about = ["~", "\u{2248}", "ca.", "ca "].iter().find_map(|prefix| text.strip_prefix(prefix));
    let (number, rest) = number(about.unwrap_or(text).trim_start())?;
    let (unit, rest) = unit(rest.trim_start());
    let rest = rest.trim_start();
    let is_end = rest.is_empty();
    if meaning == HeightMeaning::Levels && unit != Unit::None {
        return None;
    }
    // A text like 1,250 means 1.25 only where 1250 is impossible.
    let is_metres = matches!(unit, Unit::None | Unit::Metre);
    if number.may_be_thousands && !(meaning == HeightMeaning::AboveGround && is_metres) {
        return None;
    }
    match unit {
        Unit::None | Unit::Metre if is_end => Some(number.value),
        Unit::Centimetre if is_end => Some(number.value / 100.0),
        Unit::Inch if is_end => Some(number.value * INCH),
        Unit::Foot if is_end => Some(number.value * FOOT),
        Unit::Foot => {
            let inches = inches(rest)?;
            (number.value >= 0.0).then_some(number.value * FOOT + inches * INCH)
        }
        _ => None,
    }
}

/// Parses inches after feet, which must be fewer than a foot has.
fn inches(text: &str) -> Option<f64> {
    let (number, rest) = number(text)?;
    let (unit, rest) = unit(rest.trim_start());
    (unit == Unit::Inch && rest.trim().is_empty() && (0.0..12.0).contains(&number.value)).then_some(number.value)
}

struct Number {
    value: f64,
    /// Whether the comma may separate thousands: one to three digits before it, exactly three after it.
    may_be_thousands: bool,
}

/// Parses a number with a decimal point or comma at the start of a text; returns it with the rest of the text.
fn number(text: &str) -> Option<(Number, &str)> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(unsigned);
    let after = &unsigned[whole..];
    let fraction = after.strip_prefix(['.', ',']).map_or(0, digits);
    let length = text.len() - unsigned.len() + whole + if fraction > 0 { 1 + fraction } else { 0 };
    let (number, rest) = text.split_at(length);
    if whole + fraction == 0 || rest.starts_with(['.', ',']) {
        return None;
    }
    let is_thousands = fraction == 3 && after.starts_with(',') && (1..=3).contains(&whole);
    let may_be_thousands = is_thousands && !unsigned.starts_with('0');
    let value = number.replace(',', ".").parse().ok().filter(|value: &f64| value.is_finite())?;
    Some((Number { value, may_be_thousands }, rest))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    None,
    Metre,
    Centimetre,
    Foot,
    Inch,
    Other,
}

/// Parses the unit at the start of a text; returns it with the rest of the text.
fn unit(text: &str) -> (Unit, &str) {
    const MARKS: [(&str, Unit); 8] = [
        ("''", Unit::Inch),
        ("\u{2019}\u{2019}", Unit::Inch),
        ("\"", Unit::Inch),
        ("\u{2033}", Unit::Inch),
        ("\u{201d}", Unit::Inch),
        ("'", Unit::Foot),
        ("\u{2032}", Unit::Foot),
        ("\u{2019}", Unit::Foot),
    ];
    if text.is_empty() {
        return (Unit::None, text);
    }
    if let Some((mark, unit)) = MARKS.iter().find(|(mark, _)| text.starts_with(mark)) {
        return (*unit, &text[mark.len()..]);
    }
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let unit = match text[..end].to_lowercase().as_str() {
        "m" | "meter" | "meters" | "metre" | "metres" => Unit::Metre,
        "cm" => Unit::Centimetre,
        "ft" | "foot" | "feet" => Unit::Foot,
        "in" | "inch" | "inches" => Unit::Inch,
        _ => Unit::Other,
    };
    let rest = &text[end..];
    (unit, rest.strip_prefix('.').unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_with_units_are_read() {
        for (text, metres) in [
            ("12", 12.0),
            ("12 m", 12.0),
            ("8.5m", 8.5),
            (" 9 M ", 9.0),
            ("7\u{a0}m", 7.0),
            ("12.5 meters", 12.5),
            ("12.5 metres", 12.5),
            ("9 m.", 9.0),
            ("850 cm", 8.5),
            ("12,5", 12.5),
            ("12,5 m", 12.5),
            ("0,750", 0.75),
            ("12,345", 12.345),
            ("~12", 12.0),
            ("~ 12 m", 12.0),
            ("ca. 12", 12.0),
            ("1.2e1", 12.0),
            (".5", 0.5),
            ("-9999", -9999.0),
            ("40'", 40.0 * 0.3048),
            ("40 ft", 40.0 * 0.3048),
            ("40 feet", 40.0 * 0.3048),
            ("6'7\"", 6.0 * 0.3048 + 7.0 * 0.0254),
            ("6 ft 7 in", 6.0 * 0.3048 + 7.0 * 0.0254),
            ("6' 7.5''", 6.0 * 0.3048 + 7.5 * 0.0254),
            ("6\u{2032}7\u{2033}", 6.0 * 0.3048 + 7.0 * 0.0254),
            ("120 in", 120.0 * 0.0254),
        ] {
            let read = read(text, HeightMeaning::AboveGround).unwrap().unwrap();
            assert!((read - metres).abs() < 1e-12, "{text}: {read}");
        }
    }

    #[test]
    fn what_may_mean_two_heights_or_another_thing_is_unreadable() {
        for text in [
            "5;7",
            "10;12",
            "5-7",
            "10/12",
            "10,12,14",
            "1.234,5",
            "1,250 ft",
            "12 stories",
            "3 floors",
            ">10",
            "10+",
            "12 m (roof)",
            "6'7",
            "6'13\"",
            "-6'7\"",
            "12 km",
            "12 yd",
            "1 200",
            "1e999",
            "two 2",
            "12..5",
            "12m5",
            "#3",
        ] {
            assert_eq!(read(text, HeightMeaning::AboveGround), Err(Refusal::Unreadable), "{text}");
        }
        assert_eq!(read("1,250", HeightMeaning::RoofElevation), Err(Refusal::Unreadable));
        assert_eq!(read("3 m", HeightMeaning::Levels), Err(Refusal::Unreadable));
        assert_eq!(read("2,5", HeightMeaning::Levels), Ok(Some(2.5)));
    }

    #[test]
    fn texts_without_a_digit_state_no_height() {
        for text in ["", " ", "unknown", "NaN", "inf", "-", "n/a", "gabled", "m", "ten"] {
            assert_eq!(read(text, HeightMeaning::RoofElevation), Ok(None), "{text:?}");
        }
    }
}
