namespace Aloft.Platform.Functions.Code;

/// <summary>https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, and where it says nothing, ours.</summary>
internal static class Limits
{
    /// <summary>AWS: 250 MB unzipped, layers included.</summary>
    public const long UnzippedBytes = 262_144_000;

    /// <summary>Ours: a large <c>node_modules</c> has some 50,000.</summary>
    public const int Entries = 100_000;

    /// <summary>Linux: NAME_MAX, in bytes of UTF-8.</summary>
    public const int NameBytes = 255;

    /// <summary>Ours, well below PATH_MAX (4,096), which counts what stands before it too.</summary>
    public const int PathBytes = 2_048;

    /// <summary>Ours: folders within folders.</summary>
    public const int Depth = 128;

    /// <summary>Linux: PATH_MAX less the final zero.</summary>
    public const int LinkTargetBytes = 4_095;

    /// <summary>Packages unpacked at the same time on this node: it is work for a processor and the disk.</summary>
    public static readonly int ConcurrentUnpacking = Math.Max(1, Environment.ProcessorCount);
}
