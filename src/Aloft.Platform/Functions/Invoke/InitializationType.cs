namespace Aloft.Platform.Functions.Invoke;

/// <summary>What an instance is started for. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html</summary>
internal enum InitializationType
{
    /// <summary>An invocation waits for it.</summary>
    OnDemand,

    /// <summary>Ahead of need, to be kept.</summary>
    Provisioned,
}

internal static class InitializationTypes
{
    /// <summary>As the function and its log are told.</summary>
    public static string Text(this InitializationType type) => type == InitializationType.OnDemand ? "on-demand" : "provisioned-concurrency";
}
