//! The values of a long statement, whose room is taken once and which move no query for each of them, as `bind` does.

use sqlx::{
    Arguments, Encode, Error, Postgres, Type, error::BoxDynError, postgres::PgArguments, query::Query,
    query_with,
};

/// In the order of `$1`, `$2`….
pub(super) struct Values(Result<PgArguments, BoxDynError>);

impl Values {
    /// Room for `count` values of `bytes` bytes together; more take more.
    pub(super) fn reserve(count: usize, bytes: usize) -> Self {
        let mut arguments = PgArguments::default();
        arguments.reserve(count, bytes);
        Self(Ok(arguments))
    }

    /// Adds the next one; what cannot be written is told by [`Self::query`].
    pub(super) fn add<'t, T: Encode<'t, Postgres> + Type<Postgres>>(&mut self, value: T) -> &mut Self {
        if let Ok(arguments) = &mut self.0
            && let Err(error) = arguments.add(value)
        {
            self.0 = Err(error);
        }
        self
    }

    /// The statement with these values.
    pub(super) fn query(self, sql: &'static str) -> Result<Query<'static, Postgres, PgArguments>, Error> {
        Ok(query_with(sql, self.0.map_err(Error::Encode)?))
    }
}
