//! A hand-written fold in Rust, with the protocol of bench/peers/README.md:
//!   evenfold-peer FILE.jsonl hashed | nested | nested-last | hashed-slices | nested-slices | nested-last-slices

mod digest;
mod event;
mod fold;
mod id;
mod json;
mod model;
mod sha256;
mod table;

use event::Event;
use json::{Reader, Texts};
use model::Model;
use std::io::BufRead;
use std::time::Instant;
use table::{Hashed, Layout, Nested};

const LINE_BYTES_MAX: usize = 4 << 20;

fn events_of<'a>(file: &'a [u8], arena: &'a mut [u8], texts: Texts) -> Vec<Event<'a>> {
    let mut reader = Reader::new(file, arena, texts);
    let mut events = Vec::new();
    while !reader.rest().is_empty() {
        events.push(Event::read(&mut reader));
    }
    events
}

fn folded<L: Layout>(events: &[Event]) -> Model<L> {
    let mut model = Model::default();
    for event in events {
        model.apply(event);
    }
    model
}

fn parsed_and_folded<L: Layout>(file: &[u8]) -> Model<L> {
    let mut model = Model::default();
    let mut arena = vec![0; LINE_BYTES_MAX];
    let mut rest = file;
    while !rest.is_empty() {
        let mut reader = Reader::new(rest, &mut arena, Texts::InPlace);
        model.apply(&Event::read(&mut reader));
        let left = reader.rest().len();
        rest = &rest[rest.len() - left..];
    }
    model
}

fn serve<L: Layout>(file: &[u8], texts: Texts) {
    let mut arena = vec![0; file.len()];
    let events = events_of(file, &mut arena, texts);
    println!("ready {}", events.len());
    let mut model: Option<Model<L>> = None;
    for request in std::io::stdin().lock().lines() {
        model = match request.expect("words").as_str() {
            "fold" => {
                drop(model);
                let begin = Instant::now();
                let folded = folded(&events);
                println!("{}", begin.elapsed().as_nanos());
                Some(folded)
            }
            "parse" => {
                drop(model);
                let begin = Instant::now();
                let folded = parsed_and_folded(file);
                println!("{}", begin.elapsed().as_nanos());
                Some(folded)
            }
            "digest" => {
                println!("{}", model.as_ref().map(digest::digest).expect("a fold came before"));
                model
            }
            other => panic!("unknown request: {other}"),
        };
    }
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let [_, path, layout] = words.as_slice() else { panic!("say a file of events, and a layout") };
    let file = std::fs::read(path).expect("a file of events");
    let (layout, texts) = match layout.strip_suffix("-slices") {
        Some(layout) => (layout, Texts::Gathered),
        None => (layout.as_str(), Texts::Owned),
    };
    match layout {
        "hashed" => serve::<Hashed>(&file, texts),
        "nested" => serve::<Nested<false>>(&file, texts),
        "nested-last" => serve::<Nested<true>>(&file, texts),
        other => panic!("there is no layout {other}"),
    }
}
