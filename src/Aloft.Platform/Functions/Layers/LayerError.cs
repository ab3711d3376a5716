using Aloft.Wire;

namespace Aloft.Platform.Functions.Layers;

/// <summary>The refusals that concern layers, in AWS's words. https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersion.html</summary>
public static class LayerError
{
    public static ApiError NotFound() => NotFound("The resource you requested does not exist.");

    public static ApiError NoSuchVersion(LayerVersionKey key) => NotFound($"Layer version {key.Arn} does not exist.");

    public static ApiError NoPolicy() => NotFound("No policy is associated with the given resource.");

    public static ApiError NoSuchStatement(string id) => NotFound($"Statement {id} is not found in resource policy.");

    public static ApiError StatementExists(string id) => new("ResourceConflictException", 409,
        $"The statement id ({id}) provided already exists. Please provide a new statement id, or remove the existing statement.");

    public static ApiError RevisionMismatch() => new("PreconditionFailedException", 412,
        "The Revision Id provided does not match the latest Revision Id. "
        + "Call the GetLayerVersionPolicy API to retrieve the latest Revision Id");

    public static ApiError PolicyTooLong() => new("PolicyLengthExceededException", 400,
        $"The final policy size is bigger than the limit ({Limits.PolicyStatements} statements).");

    static ApiError NotFound(string message) => new("ResourceNotFoundException", 404, message);
}
