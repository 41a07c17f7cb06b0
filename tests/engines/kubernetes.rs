//! The manifest for Kubernetes: whether it is one, and what its containers do, run as it says by hand.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus};

use serde_json::Value;

use super::{Build, Work};
use crate::common::skip;

/// Checks documents of YAML as the strict server of each version would, and prints them as JSON.
const VALIDATE: &str = "
import json, sys, kubernetes_validate, yaml
documents = list(yaml.safe_load_all(sys.stdin))
for document in documents:
    for version in ['1.29', kubernetes_validate.latest_version()]:
        kubernetes_validate.validate(document, version, strict=True)
print(json.dumps(documents))
";

fn manifest() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/cluster/kubernetes.yaml")).unwrap()
}

/// The documents of a manifest, or what is wrong with it.
fn validated(manifest: &str) -> Result<Vec<Value>, String> {
    use std::io::Write;
    use std::process::Stdio;
    let mut python = Command::new("python3");
    python.args(["-c", VALIDATE]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut python = python.spawn().unwrap();
    python.stdin.take().unwrap().write_all(manifest.as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    match output.status.success() {
        true => Ok(serde_json::from_slice(&output.stdout).unwrap()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

fn has_validator(test: &str) -> bool {
    let python = Command::new("python3").args(["-c", "import kubernetes_validate"]).output();
    let has_it = python.is_ok_and(|output| output.status.success());
    if !has_it {
        skip(test, "kubernetes_validate of Python", "pip install kubernetes-validate");
    }
    has_it
}

#[test]
fn the_manifest_is_one_and_a_wrong_field_is_found() {
    if !has_validator("the_manifest_is_one_and_a_wrong_field_is_found") {
        return;
    }
    validated(&manifest()).unwrap();
    for (right, wrong, found) in [
        ("backoffLimitPerIndex: 3", "backoffLimitPerIndexes: 3", "'backoffLimitPerIndexes' was unexpected"),
        ("completionMode: Indexed", "completionMode: [Indexed]", "['Indexed'] is not of type 'string'"),
        ("values: [2]", "values: [two]", "'two' is not of type 'integer'"),
        ("mountPath: /data", "path: /data", "'mountPath' is a required property"),
    ] {
        let error = validated(&manifest().replace(right, wrong)).unwrap_err();
        assert!(error.contains(found), "{wrong}: {error}");
    }
}

/// What Kubernetes does when a container has ended.
#[derive(Debug, PartialEq)]
enum Next {
    Done,
    TryAgain,
    FailIndex,
    FailJob,
}

/// A job of the manifest.
struct Job<'a>(&'a Value);

impl Job<'_> {
    fn container(&self) -> &Value {
        &self.0["spec"]["template"]["spec"]["containers"][0]
    }

    /// Runs the container of an index in a folder that stands for the volume.
    fn run(&self, work: &Work, index: u64) -> ExitStatus {
        let container = self.container();
        let mut variables = vec![("JOB_COMPLETION_INDEX", index.to_string())];
        for variable in container["env"].as_array().into_iter().flatten() {
            variables.push((variable["name"].as_str().unwrap(), variable["value"].as_str().unwrap().into()));
        }
        // Kubernetes puts variables that it knows in place of $(NAME).
        let expanded = |word: &Value| {
            let word = word.as_str().unwrap().to_string();
            variables.iter().fold(word, |word, (name, value)| word.replace(&format!("$({name})"), value))
        };
        let words = [&container["command"], &container["args"]].map(|list| list.as_array().unwrap());
        let words: Vec<String> = words.into_iter().flatten().map(expanded).collect();
        assert_eq!(container["workingDir"], container["volumeMounts"][0]["mountPath"], "the folder is the volume");
        work.command(&words[0]).args(&words[1..]).envs(variables).status().unwrap()
    }

    /// What comes after a container has ended, by the first rule of the policy that is about it.
    fn next(&self, code: i32) -> Next {
        let name = &self.container()["name"];
        let rules = self.0["spec"]["podFailurePolicy"]["rules"].as_array().unwrap();
        let rule = rules.iter().find(|rule| {
            let codes = &rule["onExitCodes"];
            let values = codes["values"].as_array();
            values.is_some_and(|values| values.contains(&code.into()))
                && codes["operator"] == "In"
                && codes["containerName"] == *name
        });
        match rule.map(|rule| rule["action"].as_str().unwrap()) {
            None if code == 0 => Next::Done,
            None => Next::TryAgain,
            Some("FailIndex") => Next::FailIndex,
            Some("FailJob") => Next::FailJob,
            Some(action) => panic!("{action}"),
        }
    }

    /// Runs an index until it is done or has failed; returns after how many failures it was done.
    fn complete(&self, work: &Work, index: u64) -> u64 {
        let spec = &self.0["spec"];
        let limit = spec["backoffLimitPerIndex"].as_u64().or(spec["backoffLimit"].as_u64()).unwrap();
        for failures in 0..=limit {
            let status = self.run(work, index);
            // As a container that was killed has it.
            let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap());
            match self.next(code) {
                Next::Done => return failures,
                Next::TryAgain => {}
                next => panic!("index {index}: {next:?} after {code}"),
            }
        }
        panic!("index {index} was tried {} times", limit + 1);
    }
}

/// Bytes, as Kubernetes writes them or as groma does.
fn bytes(text: &str) -> u64 {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap();
    let unit = match &text[digits..] {
        "Mi" | "MiB" => 1 << 20,
        "Gi" | "GiB" => 1 << 30,
        unit => panic!("{unit}"),
    };
    text[..digits].parse::<u64>().unwrap() * unit
}

#[test]
fn the_containers_build_as_the_manifest_says() {
    let test = "the_containers_build_as_the_manifest_says";
    if !has_validator(test) {
        return;
    }
    let Some(work) = Work::new(test, 1, &[]) else { return };
    for build in Build::BOTH {
        let documents = validated(&manifest().replace("city.sh", build.steps())).unwrap();
        let steps: Vec<&str> = documents.iter().map(|d| d["metadata"]["labels"]["step"].as_str().unwrap()).collect();
        assert_eq!(steps, ["volume", "plan", "build", "finish"]);
        let [plan, parts, finish] = [1, 2, 3].map(|at| Job(&documents[at]));
        assert_eq!(plan.complete(&work, 0), 0);
        let count = parts.0["spec"]["completions"].as_u64().unwrap();
        assert_eq!(parts.container()["env"][0]["value"], count.to_string(), "parts are indexes");
        // In no order: 7 steps on each time, which meets all of 16.
        let failures: Vec<(u64, u64)> =
            (0..count).map(|i| i * 7 % count).map(|i| (i, parts.complete(&work, i))).collect();
        assert!(count % 7 != 0 && failures.iter().all(|&(index, failures)| failures == u64::from(index == 1)));
        assert_eq!(finish.complete(&work, 0), 0);
        work.assert_built(build);
    }
}

#[test]
fn the_manifest_says_what_is_tried_again_and_how_much_memory_there_is() {
    if !has_validator("the_manifest_says_what_is_tried_again_and_how_much_memory_there_is") {
        return;
    }
    let documents = validated(&manifest()).unwrap();
    for job in documents[1..].iter().map(Job) {
        let indexed = job.0["spec"]["completionMode"] == "Indexed";
        assert_eq!([75, 137].map(|code| job.next(code)), [Next::TryAgain, Next::TryAgain]);
        assert_eq!(job.next(1), if indexed { Next::FailIndex } else { Next::FailJob });
        assert_eq!(job.next(2), Next::FailJob);
        let container = job.container();
        let argument = |name: &str| {
            let arguments = container["args"].as_array().unwrap();
            let at = arguments.iter().position(|argument| argument == name).unwrap();
            arguments[at + 1].as_str().unwrap()
        };
        let resources = &container["resources"];
        assert_eq!(resources["requests"]["memory"], resources["limits"]["memory"]);
        let room = bytes(resources["limits"]["memory"].as_str().unwrap());
        assert_eq!(room - bytes(argument("--memory-limit")), 256 << 20);
        assert_eq!(resources["requests"]["cpu"], argument("--threads"));
    }
}
