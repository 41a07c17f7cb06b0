//! The rules of the tool, and those that only a Blueprint would miss.

use std::collections::BTreeMap;

use super::read::editor;
use super::{Delegate, Function, Header, Known, Property, Specifier, Type, has, value};
use crate::cpp::{self, Kind, Token};

pub struct Checks<'a> {
    pub header: &'a Header,
    pub known: &'a Known,
    pub errors: &'a mut Vec<String>,
}

const EXPOSED: [&str; 2] = ["BlueprintReadOnly", "BlueprintReadWrite"];
const EDITED: [&str; 6] = [
    "EditAnywhere",
    "EditDefaultsOnly",
    "EditInstanceOnly",
    "VisibleAnywhere",
    "VisibleDefaultsOnly",
    "VisibleInstanceOnly",
];
const CALLED: [&str; 5] =
    ["BlueprintCallable", "BlueprintPure", "BlueprintNativeEvent", "BlueprintImplementableEvent", "CallInEditor"];

/// The specifiers that the tool knows, of those the plugin may have a use for.
const CLASS_SPECIFIERS: [&str; 14] = [
    "Abstract",
    "Blueprintable",
    "NotBlueprintable",
    "BlueprintType",
    "NotBlueprintType",
    "ClassGroup",
    "Config",
    "DefaultConfig",
    "EditInlineNew",
    "HideCategories",
    "MinimalAPI",
    "NotPlaceable",
    "Placeable",
    "Transient",
];
const STRUCT_SPECIFIERS: [&str; 3] = ["BlueprintType", "Atomic", "NoExport"];
const PROPERTY_SPECIFIERS: [&str; 22] = [
    "AdvancedDisplay",
    "BlueprintAssignable",
    "BlueprintCallable",
    "BlueprintReadOnly",
    "BlueprintReadWrite",
    "Category",
    "Config",
    "DuplicateTransient",
    "EditAnywhere",
    "EditDefaultsOnly",
    "EditFixedSize",
    "EditInstanceOnly",
    "GlobalConfig",
    "Instanced",
    "NonTransactional",
    "NoClear",
    "SaveGame",
    "TextExportTransient",
    "Transient",
    "VisibleAnywhere",
    "VisibleDefaultsOnly",
    "VisibleInstanceOnly",
];
const FUNCTION_SPECIFIERS: [&str; 9] = [
    "BlueprintAuthorityOnly",
    "BlueprintCallable",
    "BlueprintCosmetic",
    "BlueprintImplementableEvent",
    "BlueprintNativeEvent",
    "BlueprintPure",
    "CallInEditor",
    "Category",
    "Exec",
];

impl Checks<'_> {
    fn error(&mut self, line: usize, what: impl std::fmt::Display) {
        self.errors.push(format!("{}.h:{line}: {what}", self.header.stem));
    }

    pub fn includes(&mut self, wanted: bool) {
        let includes: Vec<_> = cpp::includes(&self.header.text);
        let generated = format!("{}.generated.h", self.header.stem);
        for (at, (line, include)) in includes.iter().enumerate() {
            if include.ends_with(".generated.h") && *include != generated {
                self.error(*line, format!("{include} is not the header's own: {generated}"));
            }
            if *include == generated && at + 1 != includes.len() {
                self.error(*line, format!("{generated} is not the last include"));
            }
        }
        if includes.iter().any(|(_, i)| *i == generated) != wanted {
            let what = if wanted { "is not included" } else { "is included, but nothing is reflected" };
            self.error(1, format!("{generated} {what}"));
        }
        if !self.header.text.contains("#pragma once") {
            self.error(1, "#pragma once is missing");
        }
    }

    pub fn class(&mut self, t: &Type) {
        let is_class = t.keyword == "class";
        if let Some(specifiers) = &t.reflected {
            let known: &[&str] = match t.keyword.as_str() {
                "class" => &CLASS_SPECIFIERS,
                "struct" => &STRUCT_SPECIFIERS,
                _ => &["BlueprintType", "Flags"],
            };
            self.specifiers(t.line, specifiers, known);
            if t.keyword == "enum" {
                if !t.name.starts_with('E') {
                    self.error(t.line, format!("the enum {} does not begin with E", t.name));
                }
                if t.has("BlueprintType") && t.parent.as_deref() != Some("uint8") {
                    self.error(t.line, format!("a Blueprint's enum is of uint8: {}", t.name));
                }
                return;
            }
            if t.body_line.is_none() {
                self.error(t.line, format!("{} has no GENERATED_BODY()", t.name));
            }
            self.prefix(t);
            // MinimalAPI exports what the engine needs of the first class of an interface.
            let engines = t.interface && t.name.starts_with('U') && t.has("MinimalAPI");
            if is_class && self.header.public && !engines && t.exported != 1 {
                let api = self.header.api();
                self.error(t.line, format!("{} has {} times {api}, not once", t.name, t.exported));
            }
        } else if self.header.public
            && !t.nested
            && t.undefined_functions
            && t.exported != 1
            && t.keyword != "enum"
            && !self.is_module(t)
        {
            self.error(
                t.line,
                format!(
                    "{} is used from outside, has bodies elsewhere, and {} times {}",
                    t.name,
                    t.exported,
                    self.header.api()
                ),
            );
        }
        t.properties.iter().for_each(|p| self.property(t, p));
        for (line, function, parameters) in &t.plain_functions {
            // Microsoft's compiler warns of it in static functions, too (C4458), and Unreal makes an error of that.
            for hidden in parameters.iter().filter(|p| t.properties.iter().any(|member| member.name == **p)) {
                self.error(*line, format!("{}: {function}: the parameter {hidden} hides a member", t.name));
            }
        }
        let mut names = BTreeMap::new();
        for function in &t.functions {
            let hidden =
                |p: &&super::Parameter| t.properties.iter().any(|m| m.specifiers.is_none() && m.name == p.name);
            for parameter in function.parameters.iter().filter(hidden) {
                let (name, line) = (&function.name, function.line);
                self.error(line, format!("{}: {name}: the parameter {} hides a member", t.name, parameter.name));
            }
            if names.insert(function.name.to_lowercase(), ()).is_some() {
                self.error(function.line, format!("UFUNCTION {} is overloaded", function.name));
            }
            self.function(t, function);
        }
        if is_class && self.descends(t.parent.as_deref(), &["UBlueprintAsyncActionBase", "UCancellableAsyncAction"]) {
            self.action(t);
        }
    }

    /// The module's own class is made by the engine through IMPLEMENT_MODULE; nobody links to it.
    fn is_module(&self, t: &Type) -> bool {
        t.parent.as_deref() == Some("IModuleInterface")
    }

    fn specifiers(&mut self, line: usize, specifiers: &[Specifier], known: &[&str]) {
        for specifier in
            specifiers.iter().filter(|s| !s.name.starts_with("meta.") && !s.name.eq_ignore_ascii_case("DisplayName"))
        {
            if !known.iter().any(|k| k.eq_ignore_ascii_case(&specifier.name)) {
                self.error(line, format!("{} is no known specifier", specifier.name));
            }
        }
    }

    fn prefix(&mut self, t: &Type) {
        let expected = match (t.keyword.as_str(), t.parent.as_deref()) {
            ("struct", _) => 'F',
            (_, None) if t.interface => 'I',
            (_, Some(parent)) if parent.starts_with('A') => 'A',
            (_, Some(parent)) if parent.starts_with('U') => 'U',
            (_, parent) => {
                return self
                    .error(t.line, format!("{} has the parent {parent:?}, which is no reflected class", t.name));
            }
        };
        let mut letters = t.name.chars();
        if letters.next() != Some(expected) || !letters.next().is_some_and(|c| c.is_uppercase()) {
            self.error(t.line, format!("{} does not begin with {expected}, as its parent demands", t.name));
        }
    }

    fn descends<'b>(&'b self, mut parent: Option<&'b str>, from: &[&str]) -> bool {
        while let Some(name) = parent {
            if from.contains(&name) {
                return true;
            }
            parent = self.known.classes.get(name).map(String::as_str);
        }
        false
    }

    fn property(&mut self, t: &Type, p: &Property) {
        let written = p.kind.join(" ");
        let Some(specifiers) = &p.specifiers else {
            // What refers to an object and is not reflected dangles once the object is collected.
            let named = |name: &str| p.kind.iter().any(|k| k == name);
            let refers = points_to_object(&p.kind) || named("TObjectPtr");
            let safe = ["TWeakObjectPtr", "TStrongObjectPtr", "TFunction", "TUniqueFunction"].iter().any(|n| named(n));
            if refers && !p.is_static && !safe && !is_address(p) {
                self.error(
                    p.line,
                    format!(
                        "{}::{} refers to an object and is no UPROPERTY: garbage collection does not see it",
                        t.name, p.name
                    ),
                );
            }
            return;
        };
        self.specifiers(p.line, specifiers, &PROPERTY_SPECIFIERS);
        if p.is_static {
            self.error(p.line, format!("{} is static", p.name));
        }
        if let Some(condition) = p.condition.as_ref().filter(|c| *c != "WITH_EDITORONLY_DATA") {
            self.error(p.line, format!("UPROPERTY {} inside #if {condition}", p.name));
        }
        let exposed = EXPOSED.iter().any(|e| has(specifiers, e));
        let assignable = has(specifiers, "BlueprintAssignable");
        if (exposed || EDITED.iter().any(|e| has(specifiers, e))) && value(specifiers, "Category").is_none() {
            self.error(p.line, format!("{} has no Category", p.name));
        }
        if exposed && p.private && !has(specifiers, "meta.AllowPrivateAccess") {
            self.error(p.line, format!("{} is private and exposed to Blueprints, without AllowPrivateAccess", p.name));
        }
        let delegate = self.known.delegates.get(&written);
        if assignable {
            if !delegate.is_some_and(|d| d.multicast) {
                self.error(
                    p.line,
                    format!("{}: BlueprintAssignable is for dynamic multicast delegates, not {written}", p.name),
                );
            }
        } else if delegate.is_none()
            && let Err(why) = self.reflectable(&p.kind, exposed, true, false)
        {
            self.error(p.line, format!("{}: {why}", p.name));
        }
        if (has(specifiers, "Config") || has(specifiers, "GlobalConfig")) && !t.has("Config") {
            self.error(p.line, format!("{} is of the configuration, but UCLASS of {} names none", p.name, t.name));
        }
        if exposed && t.keyword == "struct" && !t.has("BlueprintType") {
            self.error(p.line, format!("{} is exposed to Blueprints, but {} is no BlueprintType", p.name, t.name));
        }
    }

    /// Whether the tool knows the type of a property or parameter.
    fn reflectable(&self, kind: &[String], blueprint: bool, property: bool, inner: bool) -> Result<(), String> {
        let written = kind.join(" ");
        let refuse = |why: &str| Err(format!("{written} {why}"));
        let name = kind.first().map_or("", String::as_str);
        if kind.iter().any(|k| k == "::") {
            return refuse("is nested or of a namespace, which is not reflected");
        }
        if ["TArray", "TSet", "TMap"].contains(&name) {
            if inner {
                return refuse("is a container in a container");
            }
            let arguments = template_arguments(kind);
            if arguments.len() != if name == "TMap" { 2 } else { 1 } {
                return refuse("is not of the right number of types");
            }
            return arguments.iter().try_for_each(|a| self.reflectable(a, blueprint, property, true));
        }
        if ["TObjectPtr", "TSubclassOf", "TSoftObjectPtr", "TSoftClassPtr", "TWeakObjectPtr"].contains(&name) {
            return match template_arguments(kind).first() {
                _ if name == "TObjectPtr" && !property => refuse("is no parameter: use a pointer"),
                Some(a) if a.len() == 1 && is_object(&a[0]) => Ok(()),
                _ => refuse("does not point to an object"),
            };
        }
        match kind {
            [object, star] if star == "*" && is_object(object) => Ok(()),
            [_, star, ..] if star == "*" => refuse("is a pointer to what is no object"),
            [one] => {
                let simple =
                    ["bool", "int32", "int64", "uint8", "float", "double", "FString", "FName", "FText"].contains(&name);
                let whole = ["int8", "int16", "uint16", "uint32", "uint64"].contains(&name);
                let maths = [
                    "FVector",
                    "FVector2D",
                    "FRotator",
                    "FQuat",
                    "FTransform",
                    "FColor",
                    "FLinearColor",
                    "FIntPoint",
                    "FIntVector",
                    "FBox",
                    "FDirectoryPath",
                    "FFilePath",
                    "FHitResult",
                ];
                if whole && blueprint {
                    return refuse("is not for Blueprints");
                }
                if let Some(blueprint_type) = self.known.structs.get(one) {
                    return if blueprint && !blueprint_type { refuse("is no BlueprintType") } else { Ok(()) };
                }
                if simple
                    || whole
                    || maths.contains(&name)
                    || self.known.enums.contains(one)
                    || self.known.delegates.contains_key(one)
                {
                    return Ok(());
                }
                refuse("is not reflected")
            }
            _ => refuse("is not reflected"),
        }
    }

    fn function(&mut self, t: &Type, f: &Function) {
        self.specifiers(f.line, &f.specifiers, &FUNCTION_SPECIFIERS);
        if t.keyword == "struct" {
            self.error(f.line, format!("UFUNCTION {} in a struct", f.name));
        }
        if let Some(condition) = f.condition.as_ref().filter(|c| !editor(c)) {
            self.error(f.line, format!("UFUNCTION {} inside #if {condition}", f.name));
        }
        if t.interface && has(&f.specifiers, "BlueprintPure") {
            self.error(f.line, format!("{} of an interface is BlueprintPure", f.name));
        }
        let blueprint = CALLED.iter().any(|c| has(&f.specifiers, c));
        if blueprint && value(&f.specifiers, "Category").is_none() {
            self.error(f.line, format!("{} has no Category", f.name));
        }
        if has(&f.specifiers, "CallInEditor") && !f.parameters.is_empty() {
            self.error(f.line, format!("{} is called by a button, but has parameters", f.name));
        }
        if ["Activate", "Cancel", "IsActive"].contains(&f.name.as_str())
            && self.descends(t.parent.as_deref(), &["UBlueprintAsyncActionBase", "UCancellableAsyncAction"])
        {
            self.error(f.line, format!("{} overrides a UFUNCTION: it has none of its own", f.name));
        }
        let result: Vec<String> = f.result.iter().filter(|w| *w != "const").cloned().collect();
        if result != ["void"] {
            if let Err(why) = self.reflectable(&without_reference(&result), blueprint, false, false) {
                self.error(f.line, format!("{}: {why}", f.name));
            }
        } else if has(&f.specifiers, "BlueprintPure") && !f.parameters.iter().any(|p| is_out(&p.kind)) {
            self.error(f.line, format!("{} is BlueprintPure, but gives nothing", f.name));
        }
        for parameter in &f.parameters {
            let kind: Vec<String> = parameter.kind.iter().filter(|w| *w != "const").cloned().collect();
            if kind.iter().filter(|w| *w == "&").count() > 1 || kind.iter().any(|w| w == "&&") {
                self.error(f.line, format!("{}: {} is an rvalue reference", f.name, parameter.name));
            }
            if let Err(why) = self.reflectable(&without_reference(&kind), blueprint, false, false) {
                self.error(f.line, format!("{}: {}: {why}", f.name, parameter.name));
            }
            if let Some(property) =
                t.properties.iter().find(|p| p.specifiers.is_some() && p.name.eq_ignore_ascii_case(&parameter.name))
            {
                self.error(f.line, format!("{}: the parameter {} has the name of a UPROPERTY", f.name, property.name));
            }
            if let Some(default) = &parameter.default
                && !self.understood(&without_reference(&kind), default)
            {
                self.error(
                    f.line,
                    format!(
                        "{}: the default {} of {} is no literal the tool understands",
                        f.name,
                        default.join(" "),
                        parameter.name
                    ),
                );
            }
        }
        if let Some(context) = value(&f.specifiers, "meta.WorldContext")
            && !f.parameters.iter().any(|p| p.name == context)
        {
            self.error(f.line, format!("{}: WorldContext names {context}, which is no parameter", f.name));
        }
    }

    fn understood(&self, kind: &[String], default: &[String]) -> bool {
        let words: Vec<&str> = default.iter().map(String::as_str).collect();
        let number = |w: &str| w.trim_end_matches(['f', 'F']).parse::<f64>().is_ok();
        let whole = |w: &str| w.parse::<i64>().is_ok();
        match (kind[0].as_str(), words.as_slice()) {
            ("bool", ["true" | "false"]) => true,
            ("int32" | "int64" | "uint8", [n] | ["-", n]) => whole(n),
            ("float" | "double", [n] | ["-", n]) => number(n),
            ("FName", ["NAME_None"]) => true,
            ("FString" | "FName" | "FText", [text]) => text.starts_with('"'),
            ("FString", ["TEXT", "(", text, ")"]) | ("FString", ["FString", "(", text, ")"]) => text.starts_with('"'),
            ("FText", ["FText", "::", "GetEmpty", "(", ")"]) => true,
            ("FVector" | "FVector2D" | "FRotator", [k, "::", "ZeroVector" | "ZeroRotator"]) => *k == kind[0],
            ("FVector", ["FVector", "(", rest @ .., ")"]) => rest.iter().all(|w| *w == "," || *w == "-" || number(w)),
            (name, [k, "(", ")"]) => name == *k && self.known.structs.contains_key(name),
            (name, [k, "::", _]) => name == *k && self.known.enums.contains(name),
            (_, ["nullptr"]) => kind.last().is_some_and(|k| k == "*"),
            _ => false,
        }
    }

    /// A node in Blueprints is made of the factory; it has the data pins of the first delegate only.
    fn action(&mut self, t: &Type) {
        if !t.functions.iter().any(|f| f.is_static) {
            return;
        }
        for f in t.functions.iter().filter(|f| f.is_static && f.result.contains(&t.name)) {
            if !has(&f.specifiers, "BlueprintCallable")
                || value(&f.specifiers, "meta.BlueprintInternalUseOnly") != Some("true")
            {
                self.error(
                    f.line,
                    format!(
                        "{} makes a node: it wants BlueprintCallable and BlueprintInternalUseOnly = \"true\"",
                        f.name
                    ),
                );
            }
        }
        let mut first: Option<&Delegate> = None;
        for p in t.properties.iter().filter(|p| p.specifiers.as_ref().is_some_and(|s| has(s, "BlueprintAssignable"))) {
            let Some(delegate) = self.known.delegates.get(&p.kind.join(" ")) else { continue };
            let first = first.get_or_insert(delegate);
            if first.parameters != delegate.parameters {
                self.error(
                    p.line,
                    format!("{}: the node has the pins of {} alone, and {} differs", p.name, first.name, delegate.name),
                );
            }
        }
    }
}

fn is_object(name: &str) -> bool {
    let mut letters = name.chars();
    matches!(letters.next(), Some('U' | 'A'))
        && letters.next().is_some_and(|c| c.is_uppercase())
        && letters.next().is_some_and(|c| c.is_lowercase())
        || name == "UObject"
}

fn points_to_object(kind: &[String]) -> bool {
    kind.windows(2).any(|w| is_object(&w[0]) && w[1] == "*")
}

/// An address that is only compared says so in its name.
fn is_address(p: &Property) -> bool {
    p.name.ends_with("Address")
}

fn is_out(kind: &[String]) -> bool {
    kind.last().is_some_and(|k| k == "&") && kind[0] != "const"
}

fn without_reference(kind: &[String]) -> Vec<String> {
    kind.iter().filter(|w| *w != "&" && *w != "&&").cloned().collect()
}

fn template_arguments(kind: &[String]) -> Vec<Vec<String>> {
    let tokens: Vec<Token> =
        kind[2..kind.len() - 1].iter().map(|k| Token { text: k.clone(), line: 0, kind: Kind::Word }).collect();
    let strip = |part: &Vec<Token>| part.iter().map(|x| x.text.clone()).filter(|x| x != "const").collect();
    cpp::split(&tokens, ",").iter().map(strip).collect()
}
