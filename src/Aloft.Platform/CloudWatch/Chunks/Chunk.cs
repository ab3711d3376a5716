namespace Aloft.Platform.CloudWatch.Chunks;

/// <summary>
/// Consecutive events of one stream as one row. <paramref name="Id"/> grows with every chunk of a stream, so that events of the
/// same millisecond keep the order in which they were appended.
/// </summary>
/// <param name="FirstMs">The earliest event's time, in ms since 1970; <paramref name="LastMs"/> the latest's.</param>
/// <param name="RawBytes">The length before compression.</param>
sealed record Chunk(long Id, long FirstMs, long LastMs, int Events, ChunkFormat Format, int RawBytes, byte[] Data);

/// <summary>How a chunk's bytes are stored. Persisted: never renumber.</summary>
enum ChunkFormat : byte { Raw = 0, Brotli = 1 }
