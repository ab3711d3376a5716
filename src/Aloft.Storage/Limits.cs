namespace Aloft.Storage;

/// <summary>The bounds of the storage project and where each comes from.</summary>
internal static class Limits
{
    /// <summary>Writes that share one commit on SQLite. Measured: beyond some hundreds the fsync is no longer what a write costs.</summary>
    public const int WritesPerCommit = 512;

    /// <summary>After this long a transaction takes no further write, so that a heavy write delays its neighbours only so much.</summary>
    public static readonly TimeSpan TimePerCommit = TimeSpan.FromMilliseconds(20);

    /// <summary>Writes that may wait for SQLite's writer; the next callers wait, asynchronously, for room.</summary>
    public const int WaitingWrites = 4096;

    /// <summary>Read connections to SQLite. Reads are CPU-bound once the page cache is warm: more than a few only contend.</summary>
    public const int Readers = 4;

    /// <summary>Prepared statements kept per SQLite connection. The statements of all slices together are some hundreds.</summary>
    public const int PreparedCommands = 512;

    /// <summary>How long SQLite waits for a lock of another process, such as a person's <c>sqlite3</c>.</summary>
    public static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How often a transaction is run on PostgreSQL before its conflict or lost connection reaches the caller.</summary>
    public const int Attempts = 20;

    /// <summary>The longest pause between two attempts.</summary>
    public static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between two attempts to reconnect the listening connection.</summary>
    public static readonly TimeSpan ReconnectPause = TimeSpan.FromSeconds(2);

    /// <summary>PostgreSQL connections of one node: five nodes fit into a server's default of 100.</summary>
    public const int PostgresConnections = 20;

    /// <summary>
    /// UTF-8 bytes of channel and payload; PostgreSQL allows 7,999. https://www.postgresql.org/docs/current/sql-notify.html
    /// </summary>
    public const int NotificationBytes = 7900;

    /// <summary>Bytes of one row of a blob in a database.</summary>
    public const int BlobChunkBytes = 1024 * 1024;
}
