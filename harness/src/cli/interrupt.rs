//! Ctrl-C and SIGTERM: the first one stops the run in good order, the second one ends it at once.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::output::tell;
use crate::event::{Happening, Journal};
use crate::exit_code::ExitCode;

/// The two signals by which a run is asked to end.
pub(super) struct Signals {
    ctrl_c: Signal,
    terminate: Signal,
}

impl Signals {
    /// Takes both signals over from the system, which would end the process. Must be called within a runtime.
    pub(super) fn take() -> std::io::Result<Self> {
        Ok(Self { ctrl_c: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.ctrl_c.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Cancels at the first signal; ends the process at the second, since then somebody does not want to wait.
    pub(super) async fn watch(mut self, journal: Journal, interrupt: CancellationToken) {
        self.next().await;
        // First told, then done: whatever ends because of it stands behind it in the events.
        journal.record(Happening::Interrupted);
        interrupt.cancel();
        self.next().await;
        tell(
            "interrupted twice: ending at once; what the run made may be left behind, and `e2e-validate sweep` removes it",
        );
        std::process::exit(ExitCode::Interrupted.number().into());
    }
}
