namespace Aloft.Platform.Functions.Registry;

/// <summary>
/// What a version or an alias stands for: the version that it shows, and where an alias is weighted the one that takes a share of its
/// invocations. https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
/// </summary>
public sealed record Route(FunctionVersion Version, FunctionVersion? Additional = null, double AdditionalWeight = 0)
{
    /// <summary>The version that the next invocation runs, drawn anew each time.</summary>
    public FunctionVersion Draw() =>
        Additional is not null && Random.Shared.NextDouble() < AdditionalWeight ? Additional : Version;
}
