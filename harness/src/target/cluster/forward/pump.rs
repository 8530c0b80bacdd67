//! Bytes between a connection of this machine and a stream of a pod, both ways at once.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_util::sync::CancellationToken;

/// How long a pod may be silent after the client has said all that it will say. A port-forward cannot pass on that a client has ended its
/// half, and nobody can tell that from a client that has gone: so the pod may still answer, and is not waited for without end.
const SILENCE: Duration = Duration::from_secs(5);
/// How many bytes are taken at once.
const CHUNK: usize = 64 * 1024;

/// Carries bytes until the pod has said all, or the client has gone.
pub(super) async fn pump<C, P>(client: C, pod: P) -> io::Result<()>
where
    C: AsyncRead + AsyncWrite + Unpin,
    P: AsyncRead + AsyncWrite + Unpin,
{
    pump_until(client, pod, SILENCE).await
}

async fn pump_until<C, P>(client: C, pod: P, silence: Duration) -> io::Result<()>
where
    C: AsyncRead + AsyncWrite + Unpin,
    P: AsyncRead + AsyncWrite + Unpin,
{
    let (mut from_client, to_client) = tokio::io::split(client);
    let (from_pod, mut to_pod) = tokio::io::split(pod);
    let client_ended = CancellationToken::new();
    let up = async {
        // Not shut down: to end this half would end the whole port-forward, with what the pod has still to say.
        let carried = tokio::io::copy(&mut from_client, &mut to_pod).await;
        client_ended.cancel();
        match carried {
            Ok(_) => std::future::pending().await,
            Err(error) => Err(error),
        }
    };
    tokio::select! {
        ended = down(from_pod, to_client, &client_ended, silence) => ended,
        failed = up => failed,
    }
}

async fn down(
    mut from_pod: impl AsyncRead + Unpin,
    mut to_client: impl AsyncWrite + Unpin,
    client_ended: &CancellationToken,
    silence: Duration,
) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = from_pod.read(&mut chunk);
        tokio::pin!(read);
        let read = tokio::select! {
            read = &mut read => read?,
            () = client_ended.cancelled() => match tokio::time::timeout(silence, read).await {
                Ok(read) => read?,
                Err(_) => 0,
            },
        };
        if read == 0 {
            return to_client.shutdown().await;
        }
        to_client.write_all(&chunk[..read]).await?;
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::duplex;

    use super::*;

    #[tokio::test]
    async fn a_client_that_has_said_all_still_gets_its_answer() {
        let ((mut client, near), (far, mut pod)) = (duplex(16), duplex(16));
        let pumped = tokio::spawn(pump(near, far));
        client.write_all(b"a question that is longer than a buffer").await.expect("is carried");
        client.shutdown().await.expect("ends its half");
        let mut question = [0; 39];
        pod.read_exact(&mut question).await.expect("arrives");
        assert_eq!(&question, b"a question that is longer than a buffer");
        pod.write_all(b"an answer").await.expect("is carried");
        drop(pod);
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.expect("ends");
        assert_eq!(answer, "an answer");
        pumped.await.expect("no panic").expect("ends well");
    }

    #[tokio::test]
    async fn a_pod_that_is_silent_after_its_client_has_gone_is_let_go() {
        let ((client, near), (far, mut pod)) = (duplex(16), duplex(16));
        let pumped = tokio::spawn(pump_until(near, far, Duration::from_millis(1)));
        drop(client);
        let mut nothing = Vec::new();
        pod.read_to_end(&mut nothing).await.expect("the stream ends");
        assert_eq!(nothing, b"");
        pumped.await.expect("no panic").expect("ends well");
    }

    #[tokio::test]
    async fn what_flows_one_way_does_not_hold_up_the_other() {
        let ((client, near), (far, pod)) = (duplex(16), duplex(16));
        tokio::spawn(pump(near, far));
        let (mut pod_reads, mut pod_writes) = tokio::io::split(pod);
        let (mut client_reads, mut client_writes) = tokio::io::split(client);
        let mut answer = [0; 1000];
        let mut question = [0; 1000];
        // Nobody reads the questions before all of the answer is there.
        let asking = tokio::spawn(async move { client_writes.write_all(&[1; 1000]).await });
        let answering = tokio::spawn(async move { pod_writes.write_all(&[2; 1000]).await });
        client_reads.read_exact(&mut answer).await.expect("the answer arrives");
        pod_reads.read_exact(&mut question).await.expect("the question arrives");
        assert_eq!((answer, question), ([2; 1000], [1; 1000]));
        asking.await.expect("no panic").expect("is carried");
        answering.await.expect("no panic").expect("is carried");
    }
}
