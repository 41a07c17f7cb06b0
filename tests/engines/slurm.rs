//! An array of jobs on a cluster of Slurm that has one node, this machine.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Build, Work, commands};

/// A controller and a node in a folder of their own, under the user of the test, who needs no rights for that.
struct Cluster<'a> {
    work: &'a Work,
    daemons: Vec<Child>,
}

impl Cluster<'_> {
    fn start(work: &Work) -> Cluster<'_> {
        let [host, user] = ["uname -n | cut -d. -f1", "id -un"].map(|line| work.runs(line).trim().to_string());
        // Both are free until the daemons take them.
        let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let [controller, node] = listeners.map(|listener| listener.local_addr().unwrap().port());
        let dir = work.path("slurm");
        std::fs::create_dir(&dir).unwrap();
        let conf = format!(
            "ClusterName=groma
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/none
CredType=cred/none
StateSaveLocation={0}
SlurmdSpoolDir={0}/node
SlurmctldPidFile={0}/slurmctld.pid
SlurmdPidFile={0}/slurmd.pid
SlurmctldLogFile={0}/slurmctld.log
SlurmdLogFile={0}/slurmd.log
MailProg=/bin/true
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
ReturnToService=2
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,builtin_interval=1,sched_interval=1,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
# So that jobs may ask for more than the machine of the test has.
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 RealMemory=16384
PartitionName=all Nodes=ALL Default=YES
",
            dir.display()
        );
        std::fs::write(work.path("slurm/slurm.conf"), conf).unwrap();
        let mut cluster = Cluster { work, daemons: Vec::new() };
        for program in ["slurmctld", "slurmd"] {
            let mut daemon = cluster.command(program);
            daemon.arg("-D").stdout(Stdio::null()).stderr(Stdio::null());
            cluster.daemons.push(daemon.spawn().unwrap());
        }
        cluster.wait_until("the node is there", |cluster| cluster.says("sinfo -h -o %T").contains("idle"));
        cluster
    }

    fn command(&self, program: &str) -> Command {
        let mut command = self.work.command(program);
        command.env("SLURM_CONF", self.work.path("slurm/slurm.conf"));
        command
    }

    /// What a line of shell prints.
    fn says(&self, line: &str) -> String {
        let output = self.command("sh").args(["-c", line]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn wait_until(&self, what: &str, mut is_so: impl FnMut(&Cluster) -> bool) {
        let start = Instant::now();
        while !is_so(self) {
            let log = |name: &str| std::fs::read_to_string(self.work.path(name)).unwrap_or_default();
            let logs = ["slurm/slurmctld.log", "slurm/slurmd.log"].map(log);
            assert!(start.elapsed() < Duration::from_secs(300), "not in time: {what}\n{}", logs.join("\n"));
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Waits until no job is left. One that goes back to the queue would start two minutes later; here after 3 seconds,
    /// which must be over for the node to take it.
    fn wait_for_jobs(&self) {
        let mut seen: BTreeMap<String, Instant> = BTreeMap::new();
        self.wait_until("all jobs end", |cluster| {
            let queue = cluster.says("squeue -h -o '%i %r'");
            let delayed: Vec<&str> = queue.lines().filter_map(|line| line.strip_suffix(" BeginTime")).collect();
            seen.retain(|id, _| delayed.contains(&id.as_str()));
            for id in delayed {
                if seen.entry(id.into()).or_insert_with(Instant::now).elapsed() > Duration::from_secs(3) {
                    cluster.says(&format!("scontrol update JobId={id} StartTime=now"));
                    seen.remove(id);
                }
            }
            queue.is_empty()
        });
    }

    /// A field of what is known of a job.
    fn field(&self, job: &str, field: &str) -> String {
        let job = self.says(&format!("scontrol show job --oneliner {job}"));
        let value = job.split(' ').find_map(|word| word.strip_prefix(field)?.strip_prefix('='));
        value.unwrap_or_else(|| panic!("no {field}: {job}")).to_string()
    }

    fn state_and_restarts(&self, job: &str) -> (String, String) {
        (self.field(job, "JobState"), self.field(job, "Restarts"))
    }
}

impl Drop for Cluster<'_> {
    fn drop(&mut self) {
        for daemon in &mut self.daemons {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

/// Runs the command of docs/parts.md; returns the numbers of the jobs that it has queued: the plan, the parts, the end.
fn queue(cluster: &Cluster, steps: &str, parts: u32) -> [String; 3] {
    let [line] = &commands("slurm.sh", Build::City)[..] else { panic!() };
    let said = cluster.says(&line.replace("./city.sh 64", &format!("./{steps} {parts}")));
    let numbers = said.trim().split(", ").map(|job| job.rsplit(' ').next().unwrap().to_string());
    numbers.collect::<Vec<_>>().try_into().unwrap_or_else(|_| panic!("{said}"))
}

#[test]
fn slurm_runs_parts_and_those_that_were_killed_again() {
    let tools = ["slurmctld", "slurmd", "sbatch"].map(|tool| (tool, "install slurm-wlm"));
    let Some(work) = Work::new("slurm_runs_parts_and_those_that_were_killed_again", 1, &tools) else { return };
    // Two of its three parts fail, the first of them for a reason that may pass.
    let fails = "#!/bin/sh\ncase $* in *1/3*) exit 75 ;; *2/3*) exit 1 ;; esac\n";
    work.runs(&format!("printf '%s' '{fails}' > fails && chmod +x fails"));
    let cluster = Cluster::start(&work);
    let builds = Build::BOTH.map(|build| (build, queue(&cluster, build.steps(), 4)));
    let [plan, parts, end] = queue(&cluster, "fails", 3);
    cluster.wait_for_jobs();

    let once = || ("COMPLETED".to_string(), "0".to_string());
    for (build, [plan, parts, end]) in builds {
        for job in [&plan, &format!("{parts}_1"), &format!("{parts}_4"), &end] {
            assert_eq!(cluster.state_and_restarts(job), once(), "{build:?} {job}");
        }
        assert_eq!(cluster.state_and_restarts(&format!("{parts}_2")), ("COMPLETED".into(), "1".into()), "{build:?}");
        work.assert_built(build);
    }
    // What asks for it is tried three times more; what failed is not, and nothing waits for it for ever.
    assert_eq!(cluster.state_and_restarts(&plan), once());
    assert_eq!(cluster.state_and_restarts(&format!("{parts}_1")), ("FAILED".into(), "3".into()));
    assert_eq!(cluster.state_and_restarts(&format!("{parts}_2")), ("FAILED".into(), "0".into()));
    assert_eq!(cluster.state_and_restarts(&format!("{parts}_3")), once());
    assert_eq!(cluster.state_and_restarts(&end), ("CANCELLED".into(), "0".into()));
}
