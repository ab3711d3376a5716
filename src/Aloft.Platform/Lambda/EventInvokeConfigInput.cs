using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Asynchronous;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>
/// What PutFunctionEventInvokeConfig and UpdateFunctionEventInvokeConfig take; null is what was not sent, and an empty destination is
/// one that was taken away.
/// </summary>
internal sealed record EventInvokeConfigInput(
    FunctionName Name, int? MaxRetries, int? MaxAgeSeconds, string? OnSuccess, string? OnFailure)
{
    public FunctionKey Function => Name.Key;

    public string Qualifier => Name.Qualifier ?? FunctionVersion.Latest;

    /// <summary>Throws for every broken constraint, for a function or qualifier that is not there, and for what cannot be a destination.</summary>
    public static async ValueTask<EventInvokeConfigInput> Read(ApiRequest request, FunctionRegistry registry, CancellationToken stop)
    {
        var input = request.Body;
        var name = FunctionName.Take(request, input);
        var retries = input.OptionalInt("MaximumRetryAttempts", 0, Limits.MaxRetryAttempts);
        var age = input.OptionalInt("MaximumEventAgeInSeconds", Limits.MinEventAgeSeconds, Limits.MaxEventAgeSeconds);
        var destinations = input.OptionalStructure("DestinationConfig");
        var (onSuccess, onFailure) = (Take(destinations, "OnSuccess"), Take(destinations, "OnFailure"));
        input.Done();
        destinations?.Done();

        if (retries is null && age is null && destinations is null)
            throw LambdaError.Invalid("You must specify at least one of error handling or destination setting.");
        if (await registry.Find(name.Key, name.Qualifier, stop) is null)
            throw LambdaError.NoFunctionForEvents();
        foreach (var destination in new[] { onSuccess, onFailure })
            if (destination is { Length: > 0 })
                await Destination.Check(registry, name.Key, destination, stop);
        return new(name, retries, age, onSuccess, onFailure);
    }

    /// <summary>What was sent, over what there was.</summary>
    public EventInvokeConfig Over(EventInvokeConfig? current) => new(
        Function, Qualifier,
        MaxRetries ?? current?.MaxRetries,
        MaxAgeSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : current?.MaxAge,
        Given(OnSuccess ?? current?.OnSuccess),
        Given(OnFailure ?? current?.OnFailure),
        default);

    /// <summary>The answer shape. https://docs.aws.amazon.com/lambda/latest/api/API_FunctionEventInvokeConfig.html</summary>
    public static JsonObject Json(EventInvokeConfig config)
    {
        var json = new JsonObject
        {
            ["LastModified"] = config.LastModified.ToUnixTimeMilliseconds() / 1000.0,
            ["FunctionArn"] = $"{config.Function.Text}:{config.Qualifier}",
            ["DestinationConfig"] = new JsonObject { ["OnSuccess"] = Show(config.OnSuccess), ["OnFailure"] = Show(config.OnFailure) },
        };
        if (config.MaxRetries is { } retries)
            json["MaximumRetryAttempts"] = retries;
        if (config.MaxAge is { } age)
            json["MaximumEventAgeInSeconds"] = (int)age.TotalSeconds;
        return json;
    }

    public static ApiError NoneOf(FunctionKey key, string qualifier) =>
        new("ResourceNotFoundException", 404, $"The function {key.Text}:{qualifier} doesn't have an EventInvokeConfig");

    static string? Take(Members? destinations, string name)
    {
        if (destinations?.OptionalStructure(name) is not { } structure)
            return null;
        var destination = Destination.Take(structure);
        structure.Done();
        return destination;
    }

    static string? Given(string? destination) => destination is { Length: > 0 } ? destination : null;

    static JsonObject Show(string? destination) => destination is null ? [] : new() { ["Destination"] = destination };
}
