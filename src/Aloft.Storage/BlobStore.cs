namespace Aloft.Storage;

/// <summary>
/// Immutable bytes addressed by their SHA-256 (lower-case hex). On one node they are files of the data folder; a cluster keeps
/// them in the database, so that every node finds them, and caches them as files.
/// </summary>
public abstract class BlobStore
{
    /// <summary>Durable on return. Storing what is there already is cheap and changes nothing.</summary>
    public abstract ValueTask<string> Put(ReadOnlyMemory<byte> content, CancellationToken stop);

    /// <summary>The path of a read-only local file with the content, or null when nobody has it.</summary>
    public abstract ValueTask<string?> FindFile(string sha256, CancellationToken stop);

    /// <summary>
    /// Removes every blob that is not in <paramref name="live"/> and was last put longer than <paramref name="age"/> ago; returns the bytes
    /// freed.
    /// </summary>
    public abstract ValueTask<long> Sweep(IReadOnlySet<string> live, TimeSpan age, CancellationToken stop);
}
