//! A port of this machine that stands for a service.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use k8s_openapi::api::core::v1::Pod;
use kube::api::Portforwarder;
use kube::{Api, Client};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{Instrument, Span};

use super::error::{ForwardError, NoPod};
use super::pump::pump;
use super::resolve::{PodPort, ServicePort};
use crate::cleanup::Cleanup;
use crate::error::chain;

/// How long the cluster's API may take to open one connection.
const ALLOWED: Duration = Duration::from_secs(10);
/// How long an ended port-forward may take to say why.
const FAREWELL: Duration = Duration::from_secs(1);

/// A service at a port of this machine, by port-forward through the cluster's API.
///
/// Each connection is a port-forward of its own, to the pod that serves at that moment: the service need not be there before somebody
/// connects, and a pod that was replaced is found anew. A connection that cannot be carried is closed, and the log says why.
#[derive(Clone)]
pub struct Forward {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    to: ServicePort,
    address: SocketAddr,
    ended: CancellationToken,
    connections: TaskTracker,
}

impl Forward {
    /// Opens a port of this machine that stands for a port of a service, until `cleanup` ends it.
    pub async fn open(client: &Client, to: ServicePort, cleanup: &Cleanup) -> Result<Self, ForwardError> {
        let failed = |source| ForwardError { service: to.service.clone(), source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (ended, connections) = (CancellationToken::new(), TaskTracker::new());
        let forward = Self { inner: Arc::new(Inner { client: client.clone(), to, address, ended, connections }) };
        forward.end_with(cleanup);
        let accepting = Arc::clone(&forward.inner).accept(listener).instrument(Span::current());
        forward.inner.connections.spawn(accepting);
        Ok(forward)
    }

    /// Where the service is reached on this machine.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.inner.address
    }

    /// Whether a connection would find a pod now, and which.
    pub async fn pod(&self) -> Result<PodPort, NoPod> {
        self.inner.resolve().await
    }

    fn end_with(&self, cleanup: &Cleanup) {
        let (ended, connections) = (self.inner.ended.clone(), self.inner.connections.clone());
        cleanup.push(format!("port-forward to {}", self.inner.to), async move {
            ended.cancel();
            connections.close();
            connections.wait().await;
            Ok(())
        });
    }
}

impl Inner {
    async fn accept(self: Arc<Self>, listener: TcpListener) {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = self.ended.cancelled() => return,
            };
            match accepted {
                Ok((client, _)) => {
                    let carried = Arc::clone(&self).carry(client).instrument(Span::current());
                    self.connections.spawn(carried);
                }
                // The client has gone before it was accepted.
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                // Such as too many open files: asking again at once would only say so again, without end.
                Err(error) => return tracing::warn!("no further connection to {} is accepted: {error}", self.to),
            }
        }
    }

    /// Carries one connection to its end.
    async fn carry(self: Arc<Self>, client: TcpStream) {
        let carried = async {
            match self.open().await {
                Ok((pod, forwarder)) => self.carry_to(client, &pod, forwarder).await,
                Err(error) => tracing::warn!("a connection to {} is closed: {}", self.to, chain(&error)),
            }
        };
        tokio::select! {
            () = carried => {}
            () = self.ended.cancelled() => {}
        }
    }

    async fn open(&self) -> Result<(PodPort, Portforwarder), NoPod> {
        let pod = self.resolve().await?;
        let pods: Api<Pod> = Api::namespaced(self.client.clone(), &self.to.namespace);
        let ports = [pod.port];
        match self.in_time(pods.portforward(&pod.pod, &ports)).await? {
            Ok(forwarder) => Ok((pod, forwarder)),
            Err(source) => Err(NoPod::NotForwarded { pod: pod.pod, port: pod.port, source: Box::new(source) }),
        }
    }

    async fn resolve(&self) -> Result<PodPort, NoPod> {
        self.in_time(self.to.resolve(&self.client)).await?
    }

    async fn in_time<T>(&self, asked: impl Future<Output = T>) -> Result<T, NoPod> {
        let answered = tokio::time::timeout(ALLOWED, asked).await;
        answered.map_err(|_| NoPod::NoAnswer { service: self.to.service.clone(), allowed: ALLOWED })
    }

    async fn carry_to(&self, client: TcpStream, pod: &PodPort, mut forwarder: Portforwarder) {
        // Small messages go back and forth; that none waits for the next one matters more than their number.
        let _ = client.set_nodelay(true);
        let (stream, said) = (forwarder.take_stream(pod.port), forwarder.take_error(pod.port));
        let (Some(stream), Some(said)) = (stream, said) else { return };
        let mut said = said.boxed().fuse();
        let carried = pump(client, stream);
        tokio::pin!(carried);
        let complaint = tokio::select! {
            biased;
            complaint = &mut said => match complaint {
                Some(complaint) => Some(complaint),
                // It was dropped without a word: the stream says the rest.
                None => carried.await.err().map(|error| error.to_string()),
            },
            ended = &mut carried => ended.err().map(|error| error.to_string()),
        };
        let complaint = match complaint {
            Some(complaint) => Some(complaint),
            None => farewell(forwarder).await,
        };
        if let Some(why) = complaint {
            tracing::warn!("a connection to {} by pod {} broke off: {}", self.to, pod.pod, why.trim());
        } else {
            tracing::debug!("a connection to {} by pod {} has ended", self.to, pod.pod);
        }
    }
}

/// What a port-forward says in the end, if it says that something was wrong.
async fn farewell(forwarder: Portforwarder) -> Option<String> {
    let ended = tokio::time::timeout(FAREWELL, forwarder.join()).await;
    ended.ok()?.err().map(|error| chain(&error))
}
