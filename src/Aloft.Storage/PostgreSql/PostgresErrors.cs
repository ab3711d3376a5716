using System.Net.Sockets;
using Npgsql;

namespace Aloft.Storage.PostgreSql;

/// <summary>
/// What PostgreSQL's error codes mean to the person who runs Aloft. https://www.postgresql.org/docs/current/errcodes-appendix.html
/// </summary>
internal sealed class PostgresErrors(NpgsqlConnectionStringBuilder settings)
{
    private string Place => $"PostgreSQL at {settings.Host}:{settings.Port}";

    public static bool IsKnown(Exception e) => e is NpgsqlException or SocketException;

    public StorageException Explain(Exception e)
    {
        var (failure, message) = e is PostgresException answer
            ? FromAnswer(answer)
            : (StorageFailure.Unavailable, $"{Place} does not answer. Start it, or check the address given with --db");
        return new(failure, $"{message} ({e.Message}).", e);
    }

    private (StorageFailure, string) FromAnswer(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected =>
            (StorageFailure.Conflict, $"Other transactions on {Place} kept getting in the way. Try again"),
        PostgresErrorCodes.InvalidCatalogName =>
            (StorageFailure.Unavailable,
                $"{Place} has no database '{settings.Database}'. Make it with createdb, or check the address given with --db"),
        PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ReadOnlySqlTransaction =>
            (StorageFailure.Denied,
                $"{Place} does not let '{settings.Username}' write to database '{settings.Database}'. Grant it, or connect to the primary"),
        PostgresErrorCodes.TooManyConnections =>
            (StorageFailure.Unavailable,
                $"{Place} has no connection left. Raise its max_connections, or lower 'Maximum Pool Size' in --db"),
        PostgresErrorCodes.DiskFull =>
            (StorageFailure.Full, $"No space is left for {Place}. Free some on its disk; nothing acknowledged was lost"),
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted =>
            (StorageFailure.Corrupt, $"Database '{settings.Database}' of {Place} is damaged. Restore it from a backup"),
        ['2', '3', ..] => (StorageFailure.Constraint, "A constraint refused the statement"),
        ['2', '8', ..] => (StorageFailure.Denied, $"{Place} refused user '{settings.Username}'. Check user and password in --db"),
        ['0', '8', ..] or ['5', '7', 'P', ..] =>
            (StorageFailure.Unavailable, $"{Place} closed the connection. Start it again, or wait until it is up"),
        _ => (StorageFailure.Invalid, $"{Place} refused the statement"),
    };
}
