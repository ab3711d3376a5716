using Aloft.Platform.CloudWatch.Chunks;

namespace Aloft.Platform.CloudWatch.Ingest;

/// <summary>A chunk on its way to the database.</summary>
/// <param name="ReservedBytes">What it counts against the bound on pending bytes until it is written.</param>
sealed record StoredChunk(LogStreamKey Stream, int ReservedBytes, Chunk Chunk);
