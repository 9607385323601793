//! Storage of entities. `Hashed`: in the hash table itself; each is found by its id. `Nested`: in a vector beside it,
//! so that an entity with a known index is found without a look-up.

use crate::id::{Id, Map};

pub trait Layout: 'static {
    type Link: Copy;
    type Table<T>: Table<T, Link = Self::Link>;
}

pub trait Table<T>: Default {
    type Link: Copy;
    fn find(&mut self, id: Id) -> Option<&mut T>;
    fn link(&self, id: Id) -> Option<Self::Link>;
    /// Returns the entity `id`, which must still exist. `link` was returned for it by `link`.
    fn follow(&mut self, link: Self::Link, id: Id) -> &mut T;
    fn insert(&mut self, id: Id, entity: T) -> &mut T;
    fn remove(&mut self, id: Id) -> Option<T>;
    /// Returns the entities in the order of their ids.
    fn sorted(&self) -> Vec<(Id, &T)>;
}

pub struct Hashed;

impl Layout for Hashed {
    type Link = ();
    type Table<T> = Map<Id, T>;
}

impl<T> Table<T> for Map<Id, T> {
    type Link = ();
    fn find(&mut self, id: Id) -> Option<&mut T> {
        self.get_mut(&id)
    }
    fn link(&self, id: Id) -> Option<()> {
        self.contains_key(&id).then_some(())
    }
    fn follow(&mut self, _: (), id: Id) -> &mut T {
        self.get_mut(&id).expect("it is there still")
    }
    fn insert(&mut self, id: Id, entity: T) -> &mut T {
        self.entry(id).insert_entry(entity).into_mut()
    }
    fn remove(&mut self, id: Id) -> Option<T> {
        Map::remove(self, &id)
    }
    fn sorted(&self) -> Vec<(Id, &T)> {
        let mut all: Vec<_> = self.iter().map(|(&id, entity)| (id, entity)).collect();
        all.sort_by_key(|&(id, _)| id);
        all
    }
}

/// `KEEPS_LAST`: the entity found last is found again without a look-up.
pub struct Nested<const KEEPS_LAST: bool>;

impl<const KEEPS_LAST: bool> Layout for Nested<KEEPS_LAST> {
    type Link = u32;
    type Table<T> = Row<T, KEEPS_LAST>;
}

pub struct Row<T, const KEEPS_LAST: bool> {
    places: Map<Id, u32>,
    entities: Vec<Option<T>>,
    free: Vec<u32>,
    last: Option<(Id, u32)>,
}

impl<T, const KEEPS_LAST: bool> Default for Row<T, KEEPS_LAST> {
    fn default() -> Self {
        Row { places: Map::default(), entities: Vec::new(), free: Vec::new(), last: None }
    }
}

impl<T, const KEEPS_LAST: bool> Table<T> for Row<T, KEEPS_LAST> {
    type Link = u32;
    fn find(&mut self, id: Id) -> Option<&mut T> {
        let place = match self.last {
            Some((last, place)) if KEEPS_LAST && last == id => place,
            _ => {
                let place = *self.places.get(&id)?;
                self.last = Some((id, place));
                place
            }
        };
        self.entities[place as usize].as_mut()
    }
    fn link(&self, id: Id) -> Option<u32> {
        self.places.get(&id).copied()
    }
    fn follow(&mut self, link: u32, _: Id) -> &mut T {
        self.entities[link as usize].as_mut().expect("it is there still")
    }
    fn insert(&mut self, id: Id, entity: T) -> &mut T {
        let place = *self.places.entry(id).or_insert_with(|| {
            self.free.pop().unwrap_or_else(|| {
                self.entities.push(None);
                (self.entities.len() - 1) as u32
            })
        });
        self.entities[place as usize].insert(entity)
    }
    fn remove(&mut self, id: Id) -> Option<T> {
        let place = self.places.remove(&id)?;
        self.last = None;
        self.free.push(place);
        self.entities[place as usize].take()
    }
    fn sorted(&self) -> Vec<(Id, &T)> {
        let of = |(&id, &place): (&Id, &u32)| (id, self.entities[place as usize].as_ref().unwrap());
        let mut all: Vec<_> = self.places.iter().map(of).collect();
        all.sort_by_key(|&(id, _)| id);
        all
    }
}
