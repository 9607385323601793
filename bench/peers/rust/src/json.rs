//! A reader of compact JSON that unescapes in place, so that a text is a slice of the file. Anything that is not as
//! bench_write_events writes it ends the program.

use crate::id::Id;

pub struct Reader<'a> {
    rest: &'a mut [u8],
}

/// What can be read; `absent` is for a field that is not there.
pub trait Read<'a>: Sized {
    fn read(reader: &mut Reader<'a>) -> Self;
    fn absent(name: &str) -> Self {
        panic!("the field {name} is missing")
    }
}

impl<'a> Reader<'a> {
    pub fn new(rest: &'a mut [u8]) -> Self {
        Reader { rest }
    }

    pub fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    fn take(&mut self, count: usize) -> &'a mut [u8] {
        let (head, tail) = std::mem::take(&mut self.rest).split_at_mut(count);
        self.rest = tail;
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

    pub fn text(&mut self) -> &'a str {
        self.expect("\"");
        let plain = self.rest.iter().position(|&byte| byte == b'"' || byte == b'\\').expect("a text ends");
        let bytes: &'a [u8] = if self.rest[plain] == b'"' { self.take(plain) } else { self.unescaped(plain) };
        self.expect("\"");
        std::str::from_utf8(bytes).expect("a text is UTF-8")
    }

    /// The text up to its quote, whose first escape stands at `from`.
    fn unescaped(&mut self, from: usize) -> &'a [u8] {
        let (mut read, mut written) = (from, from);
        while self.rest[read] != b'"' {
            let mut byte = self.rest[read];
            if byte == b'\\' {
                read += 1;
                byte = match self.rest[read] {
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'r' => b'\r',
                    b'b' => 8,
                    b'f' => 12,
                    same @ (b'"' | b'\\' | b'/') => same,
                    other => panic!("the escape {} is not known", other as char),
                };
            }
            self.rest[written] = byte;
            read += 1;
            written += 1;
        }
        &self.take(read)[..written]
    }

    /// The fields that are left of an object, and its end.
    pub fn fields(&mut self, mut field: impl FnMut(&mut Self, &'a str)) {
        while !self.skips("}") {
            self.skips(",");
            let name = self.text();
            self.expect(":");
            field(self, name);
        }
    }
}

impl Read<'_> for u64 {
    fn read(reader: &mut Reader) -> Self {
        let digits = reader.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        assert!(digits > 0, "a number has digits");
        reader.take(digits).iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
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
