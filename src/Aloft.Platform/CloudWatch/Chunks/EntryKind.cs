namespace Aloft.Platform.CloudWatch.Chunks;

/// <summary>What an entry of a chunk is. Persisted: never renumber.</summary>
enum EntryKind : byte { Start = 1, End = 2, Report = 3, Text = 4, Dropped = 5 }

/// <summary>Why lines are missing at this place of a stream. Persisted: never renumber.</summary>
enum DropReason : byte { Rate = 1, Memory = 2 }

/// <summary>Which optional members of a Report entry follow. Persisted: never renumber.</summary>
[Flags]
enum ReportParts : byte { None = 0, Init = 1, Status = 2, ErrorType = 4, Trace = 8 }
