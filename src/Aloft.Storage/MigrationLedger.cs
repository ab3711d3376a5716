namespace Aloft.Storage;

/// <summary>Which migrations of a slice a database has had, and the next one that it needs.</summary>
internal sealed class MigrationLedger(DbKind kind, string slice, IReadOnlyList<Migration> migrations, TimeProvider time)
{
    private static readonly Migration Table = new(0, """
        CREATE TABLE IF NOT EXISTS aloft_migrations (
          slice      TEXT  NOT NULL,
          number     {int} NOT NULL,
          checksum   TEXT  NOT NULL,
          applied_at {int} NOT NULL, -- milliseconds since 1970
          PRIMARY KEY (slice, number)
        )
        """);

    /// <summary>
    /// Applies and records the first migration that is missing; false when none was. The caller's transaction must be the only one that
    /// migrates.
    /// </summary>
    public async ValueTask<bool> ApplyNext(DbSession session)
    {
        RequireAscending();
        await session.Execute(Table.For(kind));
        var applied = await session.Query(
            "SELECT number, checksum FROM aloft_migrations WHERE slice = @slice ORDER BY number",
            row => (Number: row.Int(0), Checksum: row.Text(1)), ("slice", slice));
        for (var i = 0; i < applied.Count; i++) RequireSame(applied[i].Number, applied[i].Checksum, i);
        if (applied.Count == migrations.Count) return false;

        var next = migrations[applied.Count];
        await session.Execute(next.For(kind));
        await session.Execute(
            "INSERT INTO aloft_migrations (slice, number, checksum, applied_at) VALUES (@slice, @number, @checksum, @now)",
            ("slice", slice), ("number", next.Number), ("checksum", next.Checksum), ("now", time.GetUtcNow().ToUnixTimeMilliseconds()));
        return true;
    }

    private void RequireAscending()
    {
        for (var i = 1; i < migrations.Count; i++)
            if (migrations[i].Number <= migrations[i - 1].Number)
                throw new ArgumentException($"Migration {migrations[i].Number} of {slice} comes after {migrations[i - 1].Number}.");
    }

    private void RequireSame(long number, string checksum, int position)
    {
        var expected = position < migrations.Count ? migrations[position] : null;
        var wrong = expected switch
        {
            null => $"The database has migration {number} of {slice}, which this version of Aloft does not know. Run the newer version.",
            _ when expected.Number != number =>
                $"The database had migration {number} of {slice} before {expected.Number}. A new migration is numbered after all others.",
            _ when expected.Checksum != checksum =>
                $"Migration {number} of {slice} was changed after this database had it. Undo that and put the change into a new migration.",
            _ => null,
        };
        if (wrong is not null) throw new StorageException(StorageFailure.Schema, wrong);
    }
}
