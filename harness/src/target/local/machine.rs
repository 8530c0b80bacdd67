//! Which machine and user this is, to tell what is ours from what another machine made on the same engine or server.

/// A word that is the same for every process of this user on this machine.
pub(super) fn machine() -> String {
    let read = |path| std::fs::read_to_string(path).map(|text| text.trim().to_owned()).unwrap_or_default();
    let user = rustix::process::getuid().as_raw();
    // Copies of one machine share the id, and machines without one may share the host name.
    format!("{}/{}/{user}", read("/etc/machine-id"), read("/proc/sys/kernel/hostname"))
}
