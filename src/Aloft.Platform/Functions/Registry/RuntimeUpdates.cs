namespace Aloft.Platform.Functions.Registry;

/// <summary>When a version goes over to another version of its runtime. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html</summary>
/// <param name="Pinned">
/// The runtime version to stay with, as the last part of its ARN has it (<c>nodejs-20.20.2</c>); null with <see cref="RuntimeUpdateMode.Auto"/>.
/// </param>
public sealed record RuntimeUpdates(RuntimeUpdateMode Mode, string? Pinned)
{
    public static readonly RuntimeUpdates Auto = new(RuntimeUpdateMode.Auto, null);
}

/// <summary>Persisted by name.</summary>
public enum RuntimeUpdateMode { Auto, Manual, FunctionUpdate }
