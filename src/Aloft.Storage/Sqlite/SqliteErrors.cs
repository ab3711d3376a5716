using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Aloft.Storage.Sqlite;

/// <summary>What SQLite's result codes mean to the person who runs Aloft. https://www.sqlite.org/rescode.html</summary>
internal static class SqliteErrors
{
    public static bool IsInterrupt(SqliteException e) => e.SqliteErrorCode == raw.SQLITE_INTERRUPT;

    public static StorageException Explain(SqliteException e, string path)
    {
        var (failure, message) = e.SqliteErrorCode switch
        {
            raw.SQLITE_CONSTRAINT => (StorageFailure.Constraint, "A constraint refused the statement"),
            raw.SQLITE_FULL => (StorageFailure.Full, $"No space is left for {path}. Free some on that disk; nothing acknowledged was lost"),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
                (StorageFailure.Corrupt,
                    $"{path} is damaged or not a database of Aloft. Restore it from a backup, or choose another data folder"),
            raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_AUTH =>
                (StorageFailure.Denied,
                    $"{path} cannot be opened for writing. Check that its folder exists and is this user's, or choose another data folder"),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => (StorageFailure.InUse, $"{path} is locked by another program. Close it and try again"),
            raw.SQLITE_IOERR or raw.SQLITE_NOMEM =>
                (StorageFailure.Unavailable, $"The operating system failed to read or write {path}. Check the disk"),
            _ => (StorageFailure.Invalid, "SQLite refused the statement"),
        };
        return new(failure, $"{message} ({e.Message}).", e);
    }
}
