//! Properties of features, as a table of the extension `EXT_structural_metadata`.

use serde_json::{Map, Value, json};

use super::buffer::Buffer;

/// A property of all features.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// The property's name: letters, digits and `_`.
    pub name: &'static str,
    /// What it is, with its unit.
    pub description: &'static str,
    /// Its values, one for each feature.
    pub values: Values,
}

/// The values of a property.
#[derive(Clone, Debug)]
pub(crate) enum Values {
    U8(Vec<u8>),
    U32(Vec<u32>),
    F32(Vec<f32>),
    /// Any number of texts for each feature.
    Texts(Vec<Vec<String>>),
}

/// A table of `rows` features, of which there is at least one.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// The name of what a feature is.
    pub class: &'static str,
    pub rows: usize,
    pub columns: Vec<Column>,
}

impl Table {
    /// Adds the values to a file, and returns the extension's object.
    pub fn write(&self, buffer: &mut Buffer) -> Value {
        let (mut described, mut properties) = (Map::new(), Map::new());
        for Column { name, description, values } in &self.columns {
            let Some((of_type, property)) = values.write(buffer) else { continue };
            let mut of_type = of_type;
            of_type["description"] = json!(description);
            described.insert((*name).into(), of_type);
            properties.insert((*name).into(), property);
        }
        json!({
            "schema": { "id": "groma", "classes": { self.class: { "properties": described } } },
            "propertyTables": [{
                "name": "buildings", "class": self.class, "count": self.rows, "properties": properties
            }],
        })
    }
}

impl Values {
    /// Adds the values to a file; returns the property's type and its place. A property that has no text at all is left
    /// out, for a view cannot be empty.
    fn write(&self, buffer: &mut Buffer) -> Option<(Value, Value)> {
        let scalar = |component: &str| json!({ "type": "SCALAR", "componentType": component });
        let numbers = |values: Vec<u32>| values.into_iter().flat_map(u32::to_le_bytes).collect::<Vec<u8>>();
        Some(match self {
            Values::U8(values) => (scalar("UINT8"), json!({ "values": buffer.add_plain(values) })),
            Values::U32(values) => (scalar("UINT32"), json!({ "values": buffer.add_plain(&numbers(values.clone())) })),
            Values::F32(values) => {
                let bits = values.iter().map(|v| v.to_bits()).collect();
                (scalar("FLOAT32"), json!({ "values": buffer.add_plain(&numbers(bits)) }))
            }
            Values::Texts(rows) => {
                let texts: Vec<u8> = rows.iter().flatten().flat_map(|text| text.bytes()).collect();
                if texts.is_empty() {
                    return None;
                }
                let ends = |lengths: &mut dyn Iterator<Item = usize>| {
                    let mut end = 0;
                    let ends = lengths.map(|length| {
                        end += length as u32;
                        end
                    });
                    numbers(std::iter::once(0).chain(ends).collect())
                };
                let arrays = ends(&mut rows.iter().map(Vec::len));
                let strings = ends(&mut rows.iter().flatten().map(String::len));
                let property = json!({
                    "values": buffer.add_plain(&texts), "arrayOffsets": buffer.add_plain(&arrays),
                    "stringOffsets": buffer.add_plain(&strings)
                });
                (json!({ "type": "STRING", "array": true }), property)
            }
        })
    }
}
