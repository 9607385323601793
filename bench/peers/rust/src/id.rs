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
        if text.len() != 36 || [8, 13, 18, 23].iter().any(|&place| text[place] != b'-') {
            return None;
        }
        let mut whole: u128 = 0;
        for (place, &digit) in text.iter().enumerate() {
            let value = DIGIT[digit as usize];
            if value < 16 {
                whole = whole << 4 | u128::from(value);
            } else if !matches!(place, 8 | 13 | 18 | 23) {
                return None;
            }
        }
        Some(Id { high: (whole >> 64) as u64, low: whole as u64 })
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

/// The value of each hexadecimal digit; 255 for other characters.
const DIGIT: [u8; 256] = {
    let mut values = [255; 256];
    let mut place = 0;
    while place < 16 {
        values[b"0123456789abcdef"[place] as usize] = place as u8;
        values[b"0123456789ABCDEF"[place] as usize] = place as u8;
        place += 1;
    }
    values
};

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
