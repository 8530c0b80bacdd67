//! Why a service cannot be reached.

use std::time::Duration;

/// Why a service has no address on this machine.
#[derive(Debug, thiserror::Error)]
#[error("no port of this machine can stand for service {service}")]
pub struct ForwardError {
    /// The service.
    pub service: String,
    /// Why.
    pub source: std::io::Error,
}

/// Why a connection to a service does not come about.
#[derive(Debug, thiserror::Error)]
pub enum NoPod {
    /// The service is not there.
    #[error("namespace {namespace} has no service {service}")]
    NoService {
        /// The namespace.
        namespace: String,
        /// The service.
        service: String,
    },
    /// The service has other ports.
    #[error("service {service} has no port {port}, but {ports}")]
    NoPort {
        /// The service.
        service: String,
        /// The port that was asked for.
        port: u16,
        /// Those that it has.
        ports: String,
    },
    /// The service names no pods: somebody else says where it leads.
    #[error("service {service} has no selector, so that nobody can tell its pods")]
    NoSelector {
        /// The service.
        service: String,
    },
    /// No pod of the service runs.
    #[error("service {service} has no pod that runs ({seen})")]
    NoneRuns {
        /// The service.
        service: String,
        /// What is there instead.
        seen: String,
    },
    /// The pod has no port of the name that the service gives.
    #[error("service {service} leads to port `{name}`, and pod {pod} names no such port")]
    NoNamedPort {
        /// The service.
        service: String,
        /// The pod.
        pod: String,
        /// The port's name.
        name: String,
    },
    /// The cluster's API refuses or fails.
    #[error("service {service} cannot be looked up")]
    NotAsked {
        /// The service.
        service: String,
        /// Why.
        source: Box<kube::Error>,
    },
    /// The pod was found, and no port-forward came about.
    #[error("no port-forward to port {port} of pod {pod}")]
    NotForwarded {
        /// The pod.
        pod: String,
        /// Its port.
        port: u16,
        /// Why.
        source: Box<kube::Error>,
    },
    /// The cluster's API does not answer.
    #[error("the cluster's API did not answer within {} s when service {service} was looked up", .allowed.as_secs())]
    NoAnswer {
        /// The service.
        service: String,
        /// How long it was given.
        allowed: Duration,
    },
}
