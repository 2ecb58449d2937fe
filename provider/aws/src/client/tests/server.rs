//! Whoever answers where AWS should: one closure, over HTTP.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What a request said: its headers in lower case, and its body.
pub(super) struct Asked {
    pub(super) head: String,
    pub(super) body: String,
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

#[derive(Clone)]
pub(super) struct Server {
    pub(super) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(super) async fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&asked), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                tokio::spawn(async move {
                    let mut stream = stream;
                    let Some(request) = read(&mut stream).await else {
                        return;
                    };
                    log.lock().unwrap().push(request.body.clone());
                    let text = written(&answer(&request));
                    let _ = stream.write_all(text.as_bytes()).await;
                });
            }
        });
        Server { url, asked }
    }

    /// The actions that were asked for, in order.
    pub(super) fn actions(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let action = |body: &String| {
            let pairs = body.split('&').map(str::to_owned);
            let mut actions = pairs.filter_map(|it| Some(it.strip_prefix("Action=")?.to_owned()));
            actions.next().unwrap_or_default()
        };
        asked.iter().map(action).collect()
    }
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).await.ok()?;
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0);
            if body.len() >= length {
                let body = body.to_owned();
                return Some(Asked { head, body });
            }
        }
        if count == 0 {
            return None;
        }
    }
}

fn written(answer: &Answer) -> String {
    let headers: String = answer
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    format!(
        "HTTP/1.1 {} Whatever\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{}",
        answer.status,
        answer.body.len(),
        answer.body
    )
}
