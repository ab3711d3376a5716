namespace Aloft.Tests.Lambda;

public sealed class FunctionNameTests
{
    [Theory]
    [InlineData("a b")]
    [InlineData("hello.js")]
    [InlineData("hello:")]
    [InlineData("hello:a:b")]
    [InlineData("hello\n")]
    [InlineData("größe")]
    [InlineData("arn:aws:sqs:eu-central-1:111122223333:hello")]
    public async Task An_ill_formed_name_is_told_in_the_models_words(string name)
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Contains("at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?",
            await lambda.Breaks("GetFunction", name), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_has_64_characters_at_most_and_the_whole_256()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("GetFunction", new string('n', 64));
        Assert.Contains("Member must have length less than or equal to 64", await lambda.Breaks("GetFunction", new string('n', 65)), StringComparison.Ordinal);
        Assert.Contains("Member must have length less than or equal to 64",
            await lambda.Breaks("CreateFunction", body: LambdaFixture.NewFunction(new string('n', 65))), StringComparison.Ordinal);
        Assert.Contains("Member must have length less than or equal to 256", await lambda.Breaks("GetFunction", new string('n', 257)), StringComparison.Ordinal);
        await lambda.Breaks("GetFunction", "");
    }

    [Fact]
    public async Task Another_region_or_account_is_out_of_reach()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Equal("Functions from 'us-east-1' are not reachable in this region ('eu-central-1')",
            await lambda.NotFound("GetFunction", "arn:aws:lambda:us-east-1:111122223333:function:hello"));
        await lambda.Fails("AccessDeniedException", 403, "GetFunction", "999988887777:function:hello");
    }

    [Fact]
    public async Task Two_qualifiers_must_agree()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Call("GetFunction", "hello:$LATEST", query: "Qualifier=$LATEST");
        Assert.Equal("The derived qualifier from the function name does not match the specified qualifier.",
            await lambda.Invalid("GetFunction", "hello:1", query: "Qualifier=2"));
        await lambda.Breaks("GetFunction", "hello", query: "Qualifier=a%20b");
        await lambda.Breaks("GetFunction", "hello", query: "Qualifier=" + new string('q', 129));
    }
}
