//! Conditions on a property, by which features are chosen.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use crate::Error;

/// A condition on one property, written as `NAME=VALUE` or `NAME!=VALUE`.
///
/// Numbers are compared as numbers, everything else as text. A missing property and `null` are the empty value.
///
/// ```
/// use groma::city::footprints::Filter;
///
/// let filter: Filter = "building!=garage".parse()?;
/// assert_eq!(filter, Filter { property: "building".into(), is_equal: false, value: "garage".into() });
/// # Ok::<(), groma::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The property's name.
    pub property: String,
    /// Whether the property must have the value, or must not.
    pub is_equal: bool,
    /// The value, as text.
    pub value: String,
}

impl Filter {
    /// Returns whether a property's value fulfils the condition; `None` is a missing property.
    pub(crate) fn accepts(&self, value: Option<&Value>) -> bool {
        let is_same = match value {
            None | Some(Value::Null) => self.value.is_empty(),
            Some(Value::String(text)) => *text == self.value || is_same_number(text, &self.value),
            Some(other) => {
                let text = other.to_string();
                text == self.value || is_same_number(&text, &self.value)
            }
        };
        is_same == self.is_equal
    }
}

fn is_same_number(a: &str, b: &str) -> bool {
    match (a.trim().parse::<f64>(), b.trim().parse::<f64>()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.property, if self.is_equal { "=" } else { "!=" }, self.value)
    }
}

impl FromStr for Filter {
    type Err = Error;

    fn from_str(text: &str) -> Result<Filter, Error> {
        let parts = text.split_once('=').map(|(name, value)| match name.strip_suffix('!') {
            Some(name) => (name, false, value),
            None => (name, true, value),
        });
        match parts {
            Some((name, is_equal, value)) if !name.is_empty() => {
                Ok(Filter { property: name.to_string(), is_equal, value: value.to_string() })
            }
            _ => Err(Error::invalid("filters", text, "NAME=VALUE or NAME!=VALUE (--where)")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_compared_as_numbers_and_missing_values_are_empty() {
        let accepts = |filter: &str, value: Option<Value>| filter.parse::<Filter>().unwrap().accepts(value.as_ref());
        for (filter, value, expected) in [
            ("kind=house", Some(json!("house")), true),
            ("kind=house", Some(json!("House")), false),
            ("kind!=house", Some(json!("barn")), true),
            ("floors=3", Some(json!(3)), true),
            ("floors=3", Some(json!(3.0)), true),
            ("floors=3.0", Some(json!("3")), true),
            ("floors!=3", Some(json!(4)), true),
            ("used=true", Some(json!(true)), true),
            ("kind=", None, true),
            ("kind=", Some(Value::Null), true),
            ("kind!=", Some(json!("x")), true),
            ("kind!=house", None, true),
            ("kind=house", None, false),
            ("expression=a=b", Some(json!("a=b")), true),
        ] {
            assert_eq!(accepts(filter, value.clone()), expected, "{filter} {value:?}");
        }
        for bad in ["", "kind", "=3", "!=3"] {
            assert!(bad.parse::<Filter>().unwrap_err().to_string().contains("NAME!=VALUE"), "{bad}");
        }
    }
}
