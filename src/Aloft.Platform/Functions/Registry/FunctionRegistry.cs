using Aloft.Storage;

namespace Aloft.Platform.Functions.Registry;

/// <summary>
/// The functions of this cloud: durable in <see cref="Db"/>, and every one that has been looked up kept in memory, so that an
/// invocation costs no read. Changes by other nodes arrive as notifications and drop what is kept.
/// </summary>
public sealed class FunctionRegistry
{
    /// <summary>
    /// What the qualifier (null, <c>$LATEST</c>, a version, an alias) stands for, or null when there is no such function or version.
    /// From memory, without a task, when it has been looked up before.
    /// </summary>
    public ValueTask<FunctionVersion?> Find(FunctionKey key, string? qualifier, CancellationToken stop) => throw new NotImplementedException();

    /// <summary>The function's reserved concurrency, or null. From memory after <see cref="Find"/>.</summary>
    public int? ReservedConcurrency(FunctionKey key) => throw new NotImplementedException();

    /// <summary>Sum of all reserved concurrency of an account and region.</summary>
    public int TotalReserved(string account, string region) => throw new NotImplementedException();

    /// <summary>The function that a function URL's id belongs to, or null.</summary>
    public ValueTask<FunctionUrl?> FindUrl(string urlId, CancellationToken stop) => throw new NotImplementedException();

    /// <summary>Raised after a function changed or went, here or on another node. The handler must be quick and not throw.</summary>
    public event Action<FunctionKey>? Changed;

    internal void RaiseChanged(FunctionKey key) => Changed?.Invoke(key);
}

/// <summary>A function URL. https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html</summary>
/// <param name="UrlId">32 characters of [a-z0-9], unique on this cloud.</param>
/// <param name="Qualifier">An alias, or null for <c>$LATEST</c>.</param>
public sealed record FunctionUrl(string UrlId, FunctionKey Key, string? Qualifier, DateTimeOffset CreationTime, DateTimeOffset LastModifiedTime);
