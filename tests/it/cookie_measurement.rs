//! What a real browser does with the two cookies of a login: the measurement behind `lti-tool/src/login/binding.rs`.
//!
//! A page on localhost frames one on 127.0.0.1, which is another site. The framed page sets a plain and a partitioned cookie and then says
//! which of them come back, in the frame and in a window of its own afterwards.

use std::net::TcpListener;
use std::sync::mpsc;

use actix_web::http::header;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use badge_tests::browser::{Browser, BrowserOptions, ThirdPartyCookies};

/// The port of a server that sets cookies and says which it gets.
fn serve() -> anyhow::Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let app = || {
                App::new()
                    .route("/top", web::get().to(top))
                    .route("/set", web::get().to(set))
                    .route("/seen", web::get().to(seen))
            };
            let server = HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run();
            drop(sender.send(server.handle()));
            server.await
        })
    });
    receiver.recv()?;
    Ok(port)
}

async fn top(request: HttpRequest) -> HttpResponse {
    let port = request.app_config().local_addr().port();
    HttpResponse::Ok()
        .content_type("text/html")
        .body(format!("<!doctype html><iframe id=\"tool\" src=\"http://127.0.0.1:{port}/set\"></iframe>"))
}

async fn set() -> HttpResponse {
    HttpResponse::Found()
        .insert_header((header::LOCATION, "/seen"))
        .append_header((header::SET_COOKIE, "plain=1; Path=/; Secure; HttpOnly; SameSite=None"))
        .append_header((
            header::SET_COOKIE,
            "partitioned=1; Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
        ))
        .finish()
}

async fn seen(request: HttpRequest) -> HttpResponse {
    let names: Vec<&str> =
        ["plain", "partitioned"].into_iter().filter(|name| request.cookie(name).is_some()).collect();
    HttpResponse::Ok()
        .content_type("text/html")
        .body(format!("<!doctype html><p id=\"seen\">seen: {}</p>", names.join(" and ")))
}

/// What comes back in the frame, in a window afterwards, and in that window when the cookies are set there.
async fn measured(third_party_cookies: ThirdPartyCookies) -> anyhow::Result<[String; 3]> {
    let port = serve()?;
    let browser =
        Browser::start_with(&BrowserOptions { third_party_cookies, ..BrowserOptions::default() }).await?;
    browser.goto(format!("http://localhost:{port}/top")).await?;
    browser.enter_frame("#tool").await?;
    let framed = browser.wait_for("#seen").await?.text().await?;
    browser.enter_default_frame().await?;
    browser.goto(format!("http://127.0.0.1:{port}/seen")).await?;
    let in_a_window = browser.wait_for("#seen").await?.text().await?;
    browser.goto(format!("http://127.0.0.1:{port}/set")).await?;
    let set_in_a_window = browser.wait_for("#seen").await?.text().await?;
    Ok([framed, in_a_window, set_in_a_window])
}

#[tokio::test]
async fn neither_cookie_alone_comes_back_everywhere_and_both_together_do_unless_all_are_forbidden()
-> anyhow::Result<()> {
    for (cookies, framed, in_a_window, set_in_a_window) in [
        (
            ThirdPartyCookies::Allowed,
            "seen: plain and partitioned",
            "seen: plain",
            "seen: plain and partitioned",
        ),
        (ThirdPartyCookies::Blocked, "seen: partitioned", "seen:", "seen: plain and partitioned"),
        (ThirdPartyCookies::NoneInFrames, "seen:", "seen:", "seen: plain and partitioned"),
        (ThirdPartyCookies::NoneAtAll, "seen:", "seen:", "seen:"),
    ] {
        assert_eq!(measured(cookies).await?, [framed, in_a_window, set_in_a_window], "{cookies:?}");
    }
    Ok(())
}
