namespace Aloft.Platform.Functions.History;

/// <summary>How much of the past is kept: whichever bound is reached first. With either at 0 nothing is recorded, and what was is removed.</summary>
/// <param name="Bytes">In the database, all accounts and nodes together.</param>
public sealed record HistorySettings(TimeSpan Age, long Bytes)
{
    public const int DefaultDays = 7;
    public const int DefaultMegabytes = 512;

    public static readonly HistorySettings Default = new(TimeSpan.FromDays(DefaultDays), DefaultMegabytes * 1024L * 1024);

    public bool IsOn => Age > TimeSpan.Zero && Bytes > 0;
}
