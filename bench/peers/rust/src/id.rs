//! Ids of sixteen bytes, and the hasher of the tables.

use crate::sha256::Sha256;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// An id; ids are ordered by their bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Id {
    high: u64,
    low: u64,
}

impl Id {
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        let whole = u128::from_be_bytes(bytes);
        Id { high: (whole >> 64) as u64, low: whole as u64 }
    }

    pub fn to_bytes(self) -> [u8; 16] {
        (u128::from(self.high) << 64 | u128::from(self.low)).to_be_bytes()
    }

    /// Parses the 36 characters of an id.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text: &[u8; 36] = text.try_into().ok()?;
        let word = |from: usize, next: usize| {
            let four = |at: usize| u64::from(u32::from_be_bytes([text[at], text[at + 1], text[at + 2], text[at + 3]]));
            four(from) << 32 | four(next)
        };
        let hyphens = [8, 13, 18, 23].iter().fold(0, |other, &place| other | (text[place] ^ b'-'));
        let (first, first_wrong) = digits(word(0, 4));
        let (second, second_wrong) = digits(word(9, 14));
        let (third, third_wrong) = digits(word(19, 24));
        let (fourth, fourth_wrong) = digits(word(28, 32));
        if first_wrong | second_wrong | third_wrong | fourth_wrong | u64::from(hyphens) != 0 {
            return None;
        }
        Some(Id { high: first << 32 | second, low: third << 32 | fourth })
    }

    /// Like `derive` of evenfold: version 8 over SHA-256, with the mark 0xef01.
    pub fn derive(self, role: &str, name: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(&self.to_bytes());
        hash.update(role.as_bytes());
        hash.update(b"/");
        hash.update(name.as_bytes());
        let digest = hash.finish();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        bytes[4] = 0xef;
        bytes[5] = 0x01;
        bytes[6] = bytes[6] & 0x0f | 0x80;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Id::from_bytes(bytes)
    }
}

/// Returns the number that eight hexadecimal digits spell, the first in the highest byte, and bits where a byte is none.
fn digits(word: u64) -> (u64, u64) {
    const fn each(byte: u8) -> u64 {
        0x0101_0101_0101_0101 * byte as u64
    }
    let low = word & each(0x7f);
    let lower = low | each(0x20);
    let numbers = (low + each(0x80 - b'0')) & !(low + each(0x7f - b'9')) & each(0x80);
    let letters = (lower + each(0x80 - b'a')) & !(lower + each(0x7f - b'f')) & each(0x80);
    let wrong = (word | !(numbers | letters)) & each(0x80);
    let values = (word & each(0x0f)) + 9 * (letters >> 7);
    let pairs = (values | values >> 4) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
    ((fours | fours >> 16) & 0xffff_ffff, wrong)
}

impl Hash for Id {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.high ^ self.low.rotate_left(32));
    }
}

/// Similar to FxHash: one multiplication per word; moves the well-mixed bits to the position that tables use.
#[derive(Default)]
pub struct Mixer(u64);

const FACTOR: u64 = 0xf135_7aea_2e62_a9c5;

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            self.write_u64(u64::from_le_bytes(word.try_into().unwrap()));
        }
        let mut last = [0; 8];
        last[..words.remainder().len()].copy_from_slice(words.remainder());
        self.write_u64(u64::from_le_bytes(last));
    }
    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }
    fn write_u64(&mut self, word: u64) {
        self.0 = self.0.wrapping_add(word).wrapping_mul(FACTOR);
    }
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

pub type Map<K, V> = HashMap<K, V, BuildHasherDefault<Mixer>>;
pub type Set<K> = HashSet<K, BuildHasherDefault<Mixer>>;
