//! A reader of compact JSON. A text is a slice of the file, or of an arena if it has escapes or must be near its
//! neighbours, or a separate allocation. Input that bench_write_events would not write ends the program.

use crate::id::Id;

/// The location of texts without escapes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// In the file.
    InPlace,
    /// In the arena, one after another.
    Gathered,
    /// In separate allocations, including texts with escapes, as a `Box<str>` has it. They are never freed.
    Owned,
}

pub struct Reader<'a> {
    rest: &'a [u8],
    arena: &'a mut [u8],
    texts: Texts,
}

/// Returns the number of bytes before the first quote or backslash, and whether all of them are ASCII.
fn plain_run(text: &[u8]) -> (usize, bool) {
    let mut place = 0;
    let mut is_ascii = true;
    #[cfg(target_arch = "x86_64")] // which has SSE2
    while let Some(bytes) = text.get(place..place + 16) {
        use std::arch::x86_64::*;
        let (special, high) = unsafe {
            let bytes = _mm_loadu_si128(bytes.as_ptr().cast());
            let quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'"' as i8));
            let backslashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'\\' as i8));
            (_mm_movemask_epi8(_mm_or_si128(quotes, backslashes)) as u32, _mm_movemask_epi8(bytes) as u32)
        };
        if special != 0 {
            let before = special.wrapping_sub(1) & !special;
            return (place + special.trailing_zeros() as usize, is_ascii && high & before == 0);
        }
        is_ascii &= high == 0;
        place += 16;
    }
    let rest = text[place..].iter().position(|&byte| byte == b'"' || byte == b'\\').expect("a text ends");
    is_ascii &= text[place..place + rest].is_ascii();
    (place + rest, is_ascii)
}

/// A type that can be read; `absent` returns the value of a missing field.
pub trait Read<'a>: Sized {
    fn read(reader: &mut Reader<'a>) -> Self;
    fn absent(name: &str) -> Self {
        panic!("the field {name} is missing")
    }
}

impl<'a> Reader<'a> {
    /// Creates a reader. `arena` must be as long as `file`, or as its longest line if one line is read at a time.
    pub fn new(file: &'a [u8], arena: &'a mut [u8], texts: Texts) -> Self {
        Reader { rest: file, arena, texts }
    }

    /// Returns the unread part of the input.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    fn take(&mut self, count: usize) -> &'a [u8] {
        let (head, tail) = self.rest.split_at(count);
        self.rest = tail;
        head
    }

    fn room(&mut self, count: usize) -> &'a mut [u8] {
        let (head, tail) = std::mem::take(&mut self.arena).split_at_mut(count);
        self.arena = tail;
        head
    }

    pub fn expect(&mut self, wanted: &str) {
        if !self.skips(wanted) {
            panic!("not as wanted: {wanted}");
        }
    }

    pub fn skips(&mut self, wanted: &str) -> bool {
        let found = self.rest.starts_with(wanted.as_bytes());
        if found {
            self.take(wanted.len());
        }
        found
    }

    /// Skips the quoted name of a field, with its colon and the comma before it, if it comes next.
    pub fn skips_field(&mut self, quoted: &str) -> bool {
        let comma = usize::from(self.rest.first() == Some(&b','));
        let found = self.rest[comma..].starts_with(quoted.as_bytes());
        if found {
            self.take(comma + quoted.len());
        }
        found
    }

    /// Reads the name of a field, an alternative or an enumerator; it has no escapes.
    pub fn name(&mut self) -> &'a str {
        self.expect("\"");
        let length = self.rest.iter().position(|&byte| byte == b'"').expect("a name ends");
        let bytes = self.take(length);
        self.expect("\"");
        std::str::from_utf8(bytes).expect("a name is UTF-8")
    }

    pub fn text(&mut self) -> &'a str {
        self.expect("\"");
        let (plain, is_ascii) = plain_run(self.rest);
        let has_escapes = self.rest[plain] == b'\\';
        let bytes = if has_escapes {
            self.unescaped(plain)
        } else if self.texts == Texts::Gathered {
            let kept = self.room(plain);
            kept.copy_from_slice(self.take(plain));
            kept
        } else {
            self.take(plain)
        };
        self.expect("\"");
        let text = if is_ascii && !has_escapes {
            unsafe { std::str::from_utf8_unchecked(bytes) } // each byte was tested
        } else {
            std::str::from_utf8(bytes).expect("a text is UTF-8")
        };
        if self.texts == Texts::Owned { Box::leak(Box::from(text)) } else { text }
    }

    /// Reads a text up to its quote; its first escape is at `plain`.
    fn unescaped(&mut self, plain: usize) -> &'a [u8] {
        let (mut end, mut length) = (plain, plain);
        while self.rest[end] != b'"' {
            end += if self.rest[end] == b'\\' { 2 } else { 1 };
            length += 1;
        }
        let kept = self.room(length);
        let mut escaped = self.take(end).iter();
        for place in kept.iter_mut() {
            *place = match escaped.next().expect("a character") {
                b'\\' => match escaped.next().expect("an escape") {
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'r' => b'\r',
                    b'b' => 8,
                    b'f' => 12,
                    &same @ (b'"' | b'\\' | b'/') => same,
                    &other => panic!("the escape {} is not known", other as char),
                },
                &plain => plain,
            };
        }
        kept
    }

    /// Reads the remaining fields of an object, and its end.
    pub fn fields(&mut self, mut field: impl FnMut(&mut Self, &'a str)) {
        while !self.skips("}") {
            self.skips(",");
            let name = self.name();
            self.expect(":");
            field(self, name);
        }
    }
}

impl Read<'_> for u64 {
    fn read(reader: &mut Reader) -> Self {
        let mut number = 0;
        let mut digits = 0;
        while let Some(digit) = reader.rest.get(digits).filter(|byte| byte.is_ascii_digit()) {
            number = number * 10 + u64::from(digit - b'0');
            digits += 1;
        }
        assert!(digits > 0, "a number has digits");
        reader.take(digits);
        number
    }
}

impl Read<'_> for bool {
    fn read(reader: &mut Reader) -> Self {
        let is_true = reader.skips("true");
        if !is_true {
            reader.expect("false");
        }
        is_true
    }
}

impl Read<'_> for Id {
    fn read(reader: &mut Reader) -> Self {
        reader.expect("\"");
        let id = Id::parse(reader.take(36)).expect("an id");
        reader.expect("\"");
        id
    }
}

impl<'a> Read<'a> for &'a str {
    fn read(reader: &mut Reader<'a>) -> Self {
        reader.text()
    }
}

impl<'a, T: Read<'a>> Read<'a> for Option<T> {
    fn read(reader: &mut Reader<'a>) -> Self {
        Some(T::read(reader))
    }
    fn absent(_: &str) -> Self {
        None
    }
}

impl<'a, T: Read<'a>> Read<'a> for Vec<T> {
    fn read(reader: &mut Reader<'a>) -> Self {
        let mut all = Vec::new();
        reader.expect("[");
        while !reader.skips("]") {
            reader.skips(",");
            all.push(T::read(reader));
        }
        all
    }
}
