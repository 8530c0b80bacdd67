//! What stands between two parts of the system and passes on what it hears, twice.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::AbortOnDropHandle;
use url::Url;

/// A relay at an address of its own that does not know yet to whom it passes on.
pub(crate) struct Unconnected(TcpListener);

/// A relay at work. It ends when it is dropped.
pub(crate) struct Relay {
    _passing_on: AbortOnDropHandle<()>,
}

impl Unconnected {
    /// The relay, and its address with this path.
    pub(crate) async fn bind(path: &str) -> (Self, Url) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        (Self(listener), format!("http://{address}{path}").parse().expect("a URL"))
    }

    /// Passes each request on to this base, twice, and gives the first reply back.
    pub(crate) fn doubling(self, to: &str) -> Relay {
        let to = to.strip_prefix("http://").expect("a base of HTTP").to_owned();
        let passing_on = tokio::spawn(async move {
            while let Ok((mut caller, _)) = self.0.accept().await {
                let request = whole_request(&mut caller).await;
                let mut replies = Vec::new();
                for _ in 0..2 {
                    let mut listener = TcpStream::connect(&to).await.expect("the listener");
                    listener.write_all(&request).await.expect("passes on");
                    replies.push(listener);
                }
                for mut listener in replies {
                    let mut reply = vec![0; 4096];
                    let length = listener.read(&mut reply).await.expect("a reply");
                    // The caller goes with its first reply.
                    let _ = caller.write_all(&reply[..length]).await;
                }
            }
        });
        Relay { _passing_on: AbortOnDropHandle::new(passing_on) }
    }
}

/// A request to its end, as its `content-length` has it.
async fn whole_request(caller: &mut TcpStream) -> Vec<u8> {
    let (mut request, mut buffer) = (Vec::new(), vec![0; 16 * 1024]);
    loop {
        let length = caller.read(&mut buffer).await.expect("a request");
        request.extend_from_slice(&buffer[..length]);
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let of_body = head.lines().filter_map(|line| line.split_once(": "));
            let mut of_body = of_body.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
            let length: usize = of_body.next().map_or(0, |(_, length)| length.parse().expect("a length"));
            if body.len() >= length {
                return request;
            }
        }
        assert_ne!(length, 0, "the request ends early");
    }
}
